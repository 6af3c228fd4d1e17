import { Refusal } from '../../chat/refusal.ts'

/** How often something may be done: `count` times at once, and then as often as `count` times in `seconds` comes to. */
export interface Rate {
  count: number
  seconds: number
}

/** Who is remembered at the most. Strangers with many addresses may be forgotten early, but never fill the memory. */
const MOST_KNOWN = 20_000

/** Counts what each of many does; what is over the rate is refused as `too_fast`, with the time to wait. */
export class RateLimit {
  readonly #windowMs: number
  readonly #everyMs: number
  readonly #mostKnown: number
  /** When everybody will have all of their allowance again, as `performance.now()` counts; first who has spent nothing for longest. */
  readonly #whole = new Map<string, number>()

  constructor({ count, seconds }: Rate, mostKnown = MOST_KNOWN) {
    this.#windowMs = seconds * 1000
    this.#everyMs = this.#windowMs / count
    this.#mostKnown = mostKnown
  }

  /** How many are remembered. */
  get size(): number {
    return this.#whole.size
  }

  spend(who: string, now = performance.now()): void {
    const whole = Math.max(now, this.#whole.get(who) ?? now) + this.#everyMs
    const waitMs = whole - now - this.#windowMs
    // As many divisions as times may have lost a fraction on the way.
    if (waitMs > 1e-3) throw new Refusal('too_fast', Math.ceil(waitMs / 1000))
    this.#whole.delete(who)
    if (this.#whole.size >= this.#mostKnown) this.#forgetLongest()
    this.#whole.set(who, whole)
  }

  /** Forgets the one who has spent nothing for longest. */
  #forgetLongest(): void {
    const [longest] = this.#whole.keys()
    if (longest !== undefined) this.#whole.delete(longest)
  }
}
