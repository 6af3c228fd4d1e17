const FIRST_MS = 500
const MOST_MS = 30_000

/** Milliseconds until the next attempt after `failures` in a row: doubled each time, with a random part (jitter). */
export function backoffMs(failures: number, random = Math.random()): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return Math.round(ceiling * (0.5 + random / 2))
}
