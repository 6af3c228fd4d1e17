import { expect } from 'chai'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { printable } from '../src/log.ts'

describe('what is written to the log', () => {
  it('is as it was where it is printable', () => {
    for (const text of ['', 'hello', '茶馆 🍵', String.raw`a\nb`, '<b>"\'&%']) expect(printable(text)).to.equal(text)
  })

  it('is one line that commands no terminal', () => {
    expect(printable('a\nteahouse listens on')).to.equal(String.raw`a\nteahouse listens on`)
    expect(printable('a\r\u001B[2J\u009B2J\0')).to.equal(String.raw`a\u{d}\u{1b}[2J\u{9b}2J\u{0}`)
    expect(printable('\u2028\u202Eb\uD800\u{E0001}')).to.equal(String.raw`\u{2028}\u{202e}b\u{d800}\u{e0001}`)
  })

  it('is so whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.anything(), (text, thing) => {
        for (const line of [text, inspect(new Error(text)), inspect(thing)])
          expect(printable(line)).to.match(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u)
      }),
    )
  })
})
