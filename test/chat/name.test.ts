import { expect } from 'chai'
import fc from 'fast-check'
import { parseName } from '../../src/chat/names/name.ts'
import { parseRoomName } from '../../src/chat/room/room-name.ts'

const folded = (raw: string) => parseName(raw)?.folded

describe('parseName', () => {
  it('trims, and keeps the name as written', () => {
    expect(parseName('  Bob Lee ')?.text).to.equal('Bob Lee')
  })

  it('takes 1 to 32 characters, whatever they are made of', () => {
    expect(parseName('茶'.repeat(32))).not.to.equal(undefined)
    expect(parseName('🍵'.repeat(32))).not.to.equal(undefined)
    expect(parseName('🍵'.repeat(33))).to.equal(undefined)
    for (const name of ['علي', 'José', 'नमस्ते', '👩‍👩‍👧', 'می‌خواهم', 'O\'Neil "x" <b>'])
      expect(parseName(name), name).not.to.equal(undefined)
  })

  it('refuses what nobody could see or what would break a line', () => {
    const refused = [
      '',
      '   ',
      '\u3000',
      'a\nb',
      'a\rb',
      'a\tb',
      'a\u0000',
      'a\u2028b',
      'a\u2029b',
      '\u200B\u200D',
      '\u0301',
      '\uD800',
    ]
    for (const name of refused) expect(parseName(name), JSON.stringify(name)).to.equal(undefined)
  })

  it('refuses what turns the direction of the text after it', () => {
    for (const control of [
      '\u202A',
      '\u202B',
      '\u202D',
      '\u202E',
      '\u2066',
      '\u2067',
      '\u2068',
      '\u2069',
      '\u200E',
      '\u200F',
    ])
      expect(parseName(`bob${control}`), control.codePointAt(0)!.toString(16)).to.equal(undefined)
  })

  it('takes names that differ in case, width, white space or invisible characters as the same', () => {
    for (const [one, other] of [
      ['Bob', 'bOB'],
      ['Bob', 'Ｂｏｂ'],
      ['Bob Lee', 'bob \u00A0 lee'],
      ['Straße', 'STRASSE'],
      ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
      ['café', 'cafe\u0301'],
      ['Bob', 'B\u200Bo\u2060b\u00AD'],
      ['Bob', 'Bob\uFE0F'],
      ['Bob', 'B\u034Fob'],
      ['①', '1'],
    ] as const)
      expect(folded(one), `${one} and ${other}`).to.equal(folded(other))
    expect(folded('Bob')).not.to.equal(folded('Rob'))
  })

  it('folds what is folded to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 32 }), (raw) => {
        const name = parseName(raw)
        const again = name && parseName(name.folded)
        if (again) expect(again.folded).to.equal(name.folded)
      }),
    )
  })
})

describe('parseRoomName', () => {
  it('takes letters, digits, - and _ of any script, in one spelling', () => {
    for (const [raw, room] of [
      ['Kitchen', 'kitchen'],
      ['ＴＥＡ', 'tea'],
      ['茶馆_2', '茶馆_2'],
      ['नमस्ते', 'नमस्ते'],
      ['-', '-'],
    ] as const)
      expect(parseRoomName(raw)).to.equal(room)
  })

  it('takes nothing else', () => {
    for (const raw of ['', 'a b', 'a/b', '..', 'a.b', 'a\u200Bb', '🍵', 'r'.repeat(65), '%41', "'", '\u0000'])
      expect(parseRoomName(raw), raw).to.equal(undefined)
  })
})
