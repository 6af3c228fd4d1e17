import { LRUCache } from 'lru-cache'
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
  /** When everybody will have all of their allowance again, as `performance.now()` counts. */
  readonly #whole: LRUCache<string, number>

  constructor({ count, seconds }: Rate, mostKnown = MOST_KNOWN) {
    this.#windowMs = seconds * 1000
    this.#everyMs = this.#windowMs / count
    this.#whole = new LRUCache({ max: mostKnown })
  }

  /** How many are remembered. */
  get size(): number {
    return this.#whole.size
  }

  spend(who: string, now = performance.now()): void {
    const whole = Math.max(now, this.#whole.peek(who) ?? now) + this.#everyMs
    const waitMs = whole - now - this.#windowMs
    // As many divisions as times may have lost a fraction on the way.
    if (waitMs > 1e-3) throw new Refusal('too_fast', Math.ceil(waitMs / 1000))
    // Forgets the one who has spent nothing for longest, if there is no room.
    this.#whole.set(who, whole)
  }
}
