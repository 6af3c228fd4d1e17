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
    return Math.floor(Math.abs(wall - expected) <= TOLERANCE_MS ? wall : expected)
  }

  /**
   * Compares the clocks; to be called every few minutes. Returns by how many milliseconds the time is to be set, since a
   * jump was confirmed; else 0.
   */
  compare(): number {
    const elapsed = this.#source.elapsed()
    const off = Math.trunc(this.#source.wall() - this.#expected())
    if (Math.abs(off) <= TOLERANCE_MS) {
      this.set(off)
      return 0
    }
    if (Math.sign(off) !== Math.sign(this.#doubt?.off ?? 0)) this.#doubt = { off, since: elapsed }
    const { off: least, since } = this.#doubt!
    const sure = Math.abs(off) < Math.abs(least) ? off : least
    this.#doubt = { off: sure, since }
    return elapsed - since < CONFIRMATION_MS ? 0 : sure
  }

  /** Sets the time by so many milliseconds. */
  set(ms: number): void {
    this.#time = this.#expected() + ms
    this.#mark = this.#source.elapsed()
    this.#doubt = undefined
  }

  #expected(): number {
    return this.#time + this.#source.elapsed() - this.#mark
  }
}
