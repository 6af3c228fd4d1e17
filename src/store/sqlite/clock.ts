const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** The wall clock is trusted while it differs from the expected time by no more than this. */
const TOLERANCE_MS = 5 * MINUTE_MS
/** At the start, the wall clock is trusted when it differs from the store's newest time by no more than this. */
const DOWNTIME_MS = 2 * DAY_MS
/** A wall clock that has jumped is trusted again after the server has run this long. */
const CONFIRMATION_MS = 12 * HOUR_MS

/** The two clocks of the system. */
export interface TimeSource {
  /** Milliseconds since 1970. The operator or NTP can change it at any time. */
  wall: () => number
  /** Milliseconds since an arbitrary moment; monotonic. */
  elapsed: () => number
}

export const SYSTEM_TIME: TimeSource = { wall: () => Date.now(), elapsed: () => performance.now() }

/**
 * The time by which names, keys and entries expire, in milliseconds since 1970. It follows the wall clock. When the
 * wall clock jumps, this clock ignores the jump until it has lasted for twelve hours. The caller must call `compare`
 * every few minutes, and `set` with what it returns.
 */
export class Clock {
  readonly #source: TimeSource
  /** The time at the moment when `elapsed` returned `#mark`. */
  #time: number
  #mark: number
  /** A jump that is not confirmed yet: its smallest size in one direction, and its start (by `elapsed`). */
  #doubt: { off: number; since: number } | undefined

  /** `newest` is the newest time in the store that this clock gave, if there is one. */
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

  /** Compares the clocks. When a jump is confirmed, returns the milliseconds to call `set` with; otherwise 0. */
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

  /** Moves the time forward by `ms`, or back if negative. */
  set(ms: number): void {
    this.#time = this.#expected() + ms
    this.#mark = this.#source.elapsed()
    this.#doubt = undefined
  }

  #expected(): number {
    return this.#time + this.#source.elapsed() - this.#mark
  }
}
