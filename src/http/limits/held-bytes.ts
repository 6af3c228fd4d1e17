import { Refusal } from '../../chat/refusal.ts'
import { countedAs } from './address.ts'

/** Seconds after which somebody may have taken, or sent, what they have begun. */
const RETRY_SECONDS = 10

/**
 * Counts the bytes that are held for the clients of each address until they go on: requests that wait or are not complete,
 * and large answers that are not taken yet. What would make it more than `most` is refused as `address_full`.
 */
export class HeldBytes {
  readonly #most: number
  readonly #byAddress = new Map<string, number>()

  constructor(most = Infinity) {
    this.#most = most
  }

  /** Counts so many bytes more, until the returned function is called. */
  hold(address: string, bytes: number): () => void {
    if (this.#most === Infinity) return () => {}
    const who = countedAs(address)
    const held = (this.#byAddress.get(who) ?? 0) + bytes
    if (held > this.#most) throw new Refusal('address_full', RETRY_SECONDS)
    this.#byAddress.set(who, held)
    return () => this.#release(who, bytes)
  }

  /** How many addresses something is held for. */
  get size(): number {
    return this.#byAddress.size
  }

  #release(who: string, bytes: number): void {
    const left = this.#byAddress.get(who)! - bytes
    if (left > 0) this.#byAddress.set(who, left)
    else this.#byAddress.delete(who)
  }
}
