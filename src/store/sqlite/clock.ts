const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far the wall clock may be from what is expected of it, and is believed. */
const TOLERANCE_MS = 5 * MINUTE_MS
/** How long a server may have been off, and the wall clock is believed at its start. */
const DOWNTIME_MS = 2 * DAY_MS
/** How long a server must run before a wall clock that has jumped is believed. */
const CONFIRMATION_MS = 12 * HOUR_MS

/** Two clocks of the system. */
export interface TimeSource {
  /** Milliseconds since 1970. Anybody may set it. */
  wall: () => number
  /** Milliseconds since some moment. Nobody can set it. */
  elapsed: () => number
}

export const SYSTEM_TIME: TimeSource = { wall: () => Date.now(), elapsed: () => performance.now() }

/**
 * The time by which names, keys and entries expire, in milliseconds since 1970. It is the wall clock's, as long as that
 * goes on as time does. When it jumps, the time goes on as if it had not, until it has stayed wrong for twelve hours.
 */
export class Clock {
  readonly #source: TimeSource
  /** The time was `time` when `elapsed` was `mark`. */
  #time: number
  #mark: number
  /** The least by which the wall clock has been off, to one side, since a moment of `elapsed`. */
  #doubt: { off: number; since: number } | undefined

  /** `newest` is the newest time that the store has written by this clock, if it has any. */
  constructor(newest: number | undefined, source: TimeSource = SYSTEM_TIME) {
    this.#source = source
    this.#mark = source.elapsed()
    const wall = source.wall()
    const isFar = newest !== undefined && Math.abs(wall - newest) > DOWNTIME_MS
    this.#time = isFar ? newest : wall
  }

  now(): number {
    const expected = this.#expected()
    const wall = this.#source.wall()
    return Math.floor(isClose(wall, expected) ? wall : expected)
  }

  /**
   * Compares the clocks; to be called every few minutes. Returns by how many milliseconds the time is another one from
   * now on, since a jump was confirmed.
   */
  compare(): number {
    const expected = this.#expected()
    const wall = this.#source.wall()
    if (isClose(wall, expected)) {
      this.#doubt = undefined
      this.#set(wall)
      return 0
    }
    const off = wall - expected
    const elapsed = this.#source.elapsed()
    const { off: least, since } = this.#doubt ?? { off, since: elapsed }
    if (Math.sign(off) !== Math.sign(least)) {
      this.#doubt = { off, since: elapsed }
      return 0
    }
    const confirmed = Math.abs(off) < Math.abs(least) ? off : least
    this.#doubt = { off: confirmed, since }
    if (elapsed - since < CONFIRMATION_MS) return 0
    this.#doubt = undefined
    this.#set(expected + confirmed)
    return confirmed
  }

  #expected(): number {
    return this.#time + this.#source.elapsed() - this.#mark
  }

  #set(time: number): void {
    this.#time = time
    this.#mark = this.#source.elapsed()
  }
}

function isClose(wall: number, expected: number): boolean {
  return Math.abs(wall - expected) <= TOLERANCE_MS
}
