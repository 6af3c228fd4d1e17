import { expect } from 'chai'
import { parseText } from '../../src/chat/text.ts'

describe('parseText', () => {
  it('keeps a text as it is written, line breaks too', () => {
    expect(parseText('a\r\nb\rc\n\n  d\t"\\')).to.equal('a\r\nb\rc\n\n  d\t"\\')
  })

  it('puts U+FFFD for a NUL, at which the store would end the text', () => {
    expect(parseText('before\0after')).to.equal('before\u{FFFD}after')
  })
})
