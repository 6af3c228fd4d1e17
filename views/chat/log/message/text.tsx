import type { VNode } from 'preact'
import { findLinks } from './links.ts'
import { piecesOf, type Piece } from './rich-text.ts'

/** The text of a message, with its line breaks, links and code, and in its own writing direction. */
export function Text({ text }: { text: string }): VNode {
  return (
    <div class="text" dir="auto">
      {piecesOf(text, findLinks).map(pieceNode)}
    </div>
  )
}

function pieceNode(piece: Piece): VNode | string {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'code':
      return <code>{piece.text}</code>
    case 'block':
      return (
        <pre tabIndex={0}>
          <code>{piece.text}</code>
        </pre>
      )
    case 'link':
      return (
        <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      )
  }
}
