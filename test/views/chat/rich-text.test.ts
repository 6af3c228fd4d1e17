import { expect } from 'chai'
import fc from 'fast-check'
import { LinkifyIt } from 'linkify-it'
import { piecesOf } from '../../../views/chat/log/message/rich-text.ts'

const linkify = new LinkifyIt({ fuzzyLink: true })
const pieces = (text: string) => piecesOf(text, (part) => linkify.match(part) ?? [])

describe('piecesOf', () => {
  it('finds links, code and blocks of code', () => {
    expect(pieces('see www.example.org, `not.example.org` and\n```sh\ncurl a.example.org\n```\nbye')).to.deep.equal([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'www.example.org', href: 'http://www.example.org' },
      { kind: 'text', text: ', ' },
      { kind: 'code', text: 'not.example.org' },
      { kind: 'text', text: ' and\n' },
      { kind: 'block', text: 'curl a.example.org' },
      { kind: 'text', text: 'bye' },
    ])
  })

  it('never makes a link of anything but a web or mail address', () => {
    const hostile = fc.stringMatching(/^(javascript|data|vbscript|file|ftp|https?|mailto|\/\/|[ :/.a-z@`]){1,12}$/)
    fc.assert(
      fc.property(hostile, (text) => {
        for (const piece of pieces(text)) {
          if (piece.kind === 'link') expect(piece.href).to.match(/^(https?:\/\/|mailto:)/i)
        }
      }),
    )
  })

  it('loses nothing of a text without code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('`'))
        expect(
          pieces(text)
            .map((piece) => piece.text)
            .join(''),
        ).to.equal(text)
      }),
    )
  })
})
