const FIRST_MS = 500
const MOST_MS = 30_000

/** How long to wait before the next attempt, after `failures` in a row: twice as long each time, and not all at once. */
export function backoffMs(failures: number, random = Math.random()): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return Math.round(ceiling * (0.5 + random / 2))
}
