import type { Entry } from '../chat/entry.ts'

/**
 * Letters of all texts in one answer, which is held whole until its reader has taken it. Twelve of the longest messages
 * fit, and of those that people write as many as may be asked for.
 */
const MOST_LETTERS = 100_000

/** The first of these, as many as fit into one answer; at least one, if there are any. */
export function fitting<Item extends Entry>(items: Item[]): Item[] {
  let left = MOST_LETTERS
  const end = items.findIndex((item) => {
    left -= 'text' in item ? item.text.length : 0
    return left < 0
  })
  return end < 0 ? items : items.slice(0, Math.max(1, end))
}
