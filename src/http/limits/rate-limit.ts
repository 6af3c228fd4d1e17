import { LRUCache } from 'lru-cache'
import { Refusal } from '../../chat/refusal.ts'

/** A rate of `count` per `seconds`, with bursts of up to `count`. */
export interface Rate {
  count: number
  seconds: number
}

/** How many keys are remembered at most, so that an attacker with many addresses cannot fill the memory. */
const MOST_KNOWN = 20_000

/** Limits each key (an address or a session id) to a rate, by the generic cell rate algorithm. */
export class RateLimit {
  readonly #windowMs: number
  readonly #everyMs: number
  /** For each key, when its whole allowance will be available again, in `performance.now()` milliseconds. */
  readonly #refillAt: LRUCache<string, number>

  constructor({ count, seconds }: Rate, mostKnown = MOST_KNOWN) {
    this.#windowMs = seconds * 1000
    this.#everyMs = this.#windowMs / count
    this.#refillAt = new LRUCache({ max: mostKnown })
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#refillAt.size
  }

  /** Counts one action. Throws the Refusal `too_fast`, with the seconds to wait, when the key exceeds its rate. */
  spend(key: string, now = performance.now()): void {
    const refillAt = Math.max(now, this.#refillAt.peek(key) ?? now) + this.#everyMs
    const waitMs = refillAt - now - this.#windowMs
    // The sums carry rounding errors, so ignore a wait of less than a microsecond.
    if (waitMs > 1e-3) throw new Refusal('too_fast', Math.ceil(waitMs / 1000))
    // When the cache is full, this drops the key that was inactive for longest.
    this.#refillAt.set(key, refillAt)
  }
}
