import { expect } from 'chai'
import { parseText } from '../../src/chat/log/text.ts'

describe('parseText', () => {
  it('keeps a text as it is written, line breaks too', () => {
    expect(parseText('a\r\nb\rc\n\n  d\t"\\')).to.equal('a\r\nb\rc\n\n  d\t"\\')
  })

  it('puts U+FFFD for a lone surrogate, which no UTF-8 can hold', () => {
    expect(parseText('before\uD800after')).to.equal('before\uFFFDafter')
  })
})
