/** A part of a text: plain text, a link, inline code, or a block of code. */
export type Piece = { kind: 'text' | 'code' | 'block'; text: string } | { kind: 'link'; text: string; href: string }

/** Returns the links of a text in their order: the indexes of their first and after their last character, and the URL. */
export type FindLinks = (text: string) => { index: number; lastIndex: number; url: string }[]

const CODE = /```(?:[^\n`]*\n)?([\s\S]+?)\n?```\n?|`([^`\n]+)`/g

/** Divides a text into pieces. Joined, they are the text without the backticks around code. */
export function piecesOf(text: string, findLinks: FindLinks = () => []): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(CODE)) {
    pieces.push(...linked(text.slice(end, match.index), findLinks))
    const [whole, block, code] = match
    pieces.push(block === undefined ? { kind: 'code', text: code! } : { kind: 'block', text: block })
    end = match.index + whole.length
  }
  pieces.push(...linked(text.slice(end), findLinks))
  return pieces
}

function linked(text: string, findLinks: FindLinks): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const { index, lastIndex, url } of findLinks(text)) {
    // Other schemes, such as `javascript:`, could do harm, so they do not become links.
    if (!/^(https?:\/\/|mailto:)/i.test(url)) continue
    if (index > end) pieces.push({ kind: 'text', text: text.slice(end, index) })
    pieces.push({ kind: 'link', text: text.slice(index, lastIndex), href: url })
    end = lastIndex
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}
