import type { Random } from '../random.ts'

/** What could be mistaken for something else on its way: by SSE, by a form, by JSON, by SQLite, by UTF-8 cut in two. */
const PARTS = [
  'hello',
  '茶馆里人来人往',
  '🍵',
  'a=b&c=%41+d',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '\nid: zzzzzzzz-9\n',
  '\nevent: deleted\ndata: {}\n\n',
  '"quoted" \\ \'',
  '\u{2028}',
  '\u{FEFF}',
  '\t',
  ': comment',
]

/** A text that nobody else says: `mark` and something after it; mostly short, now and then of several thousand letters. */
export function randomText(random: Random, mark: string): string {
  const parts = Array.from({ length: random.integer(0, 6) }, () => random.pick(PARTS))
  if (random.chance(0.02)) parts.push('茶'.repeat(random.integer(500, 7000)))
  return `${mark} ${parts.join('')}.`
}

/** As long as a text may be, and of letters that take three bytes each. */
export function longText(mark: string): string {
  return mark.padEnd(8000, '茶')
}
