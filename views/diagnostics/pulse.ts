/** The state of one stream. */
export type Verdict =
  | { is: 'connecting' | 'waiting' | 'lost' | 'refused' | 'listening' | 'well' }
  | { is: 'silent'; forMs: number }
  | { is: 'bursts' | 'uneven'; heldMs: number }
  | { is: 'cut'; times: number }

export interface Expectation {
  /** The interval at which the server sends an event with its time. */
  everyMs: number
  /** After how many of these events the stream counts as well. */
  enough: number
}

/** If the answer has not begun after this time, something holds it back. */
const PATIENCE_MS = 5000
/** Added to the time in which an event must have come. */
const SLACK_MS = 2000
/** Only the events of so many last intervals count. */
const BEATS_SEEN = 20
/** Events that arrive closer together than this came in one piece. */
const ONE_PIECE_MS = 200
const UNEVEN_MS = 700
const BURST_MS = 1500
const CUTS_MS = 180_000

/**
 * Measures how evenly the events of one stream arrive. The clocks of server and browser may differ, so the delay of an
 * event is how much longer it took than the fastest one. All times are milliseconds and passed in.
 */
export class Pulse {
  readonly #expected: Expectation
  #state: 'connecting' | 'open' | 'lost' | 'refused' = 'connecting'
  #since: number
  #lastAt: number | undefined
  #beats: { at: number; sentAt: number }[] = []
  #arrivals = 0
  #cuts: number[] = []

  constructor(expected: Expectation, now: number) {
    this.#expected = expected
    this.#since = now
  }

  /** When the last event came. */
  get lastAt(): number | undefined {
    return this.#lastAt
  }

  opened(now: number): void {
    this.#turn('open', now)
  }

  /** `sentAt` is the server's time of sending, by its own clock. */
  arrived(now: number, sentAt?: number): void {
    this.#lastAt = now
    this.#arrivals++
    if (sentAt === undefined) return
    this.#beats = this.#beats.filter(({ at }) => now - at < BEATS_SEEN * this.#expected.everyMs)
    this.#beats.push({ at: now, sentAt })
  }

  failed(now: number, forGood: boolean): void {
    if (this.#state === 'open') this.#cuts.push(now)
    this.#turn(forGood ? 'refused' : 'lost', now)
  }

  /** Starts measuring again, because the browser may have suspended a hidden page. */
  restart(now: number): void {
    this.#turn(this.#state, now)
    this.#cuts = []
  }

  verdict(now: number): Verdict {
    if (this.#state === 'connecting') return { is: now - this.#since > PATIENCE_MS ? 'waiting' : 'connecting' }
    if (this.#state === 'lost' || this.#state === 'refused') return { is: this.#state }
    const silentMs = now - Math.max(this.#since, this.#lastAt ?? 0)
    if (silentMs > 2 * this.#expected.everyMs + SLACK_MS) return { is: 'silent', forMs: silentMs }
    const heldMs = this.#heldMs()
    if (heldMs >= BURST_MS && this.#comesInPieces()) return { is: 'bursts', heldMs }
    const times = this.#cuts.filter((at) => now - at < CUTS_MS).length
    if (times > 1) return { is: 'cut', times }
    if (heldMs >= UNEVEN_MS) return { is: 'uneven', heldMs }
    return { is: this.#arrivals >= this.#expected.enough ? 'well' : 'listening' }
  }

  #turn(state: 'connecting' | 'open' | 'lost' | 'refused', now: number): void {
    this.#state = state
    this.#since = now
    this.#beats = []
    this.#arrivals = 0
  }

  #heldMs(): number {
    const delays = this.#beats.map(({ at, sentAt }) => at - sentAt)
    return delays.length === 0 ? 0 : Math.max(...delays) - Math.min(...delays)
  }

  /** Whether events that the server sent one after the other arrived together. */
  #comesInPieces(): boolean {
    return this.#beats.some((beat, index) => {
      const before = this.#beats[index - 1]
      if (!before) return false
      return beat.at - before.at < ONE_PIECE_MS && beat.sentAt - before.sentAt > this.#expected.everyMs / 2
    })
  }
}
