import { Refusal } from '../../chat/refusal.ts'
import { countedAs } from './address.ts'

/** Seconds until a refused client should retry; by then its other requests may be finished. */
const RETRY_SECONDS = 10

/**
 * Counts the bytes that the server holds for the clients of each address: requests that wait or are incomplete, and
 * large answers that the client has not read yet. Call `hold` before allocating, and the function that it returns after
 * freeing.
 */
export class HeldBytes {
  readonly #most: number
  readonly #byAddress = new Map<string, number>()

  constructor(most = Infinity) {
    this.#most = most
  }

  /**
   * Adds bytes until the returned function is called. Throws the Refusal `address_full` when that would exceed `most`.
   */
  hold(address: string, bytes: number): () => void {
    if (this.#most === Infinity) return () => {}
    const key = countedAs(address)
    const held = (this.#byAddress.get(key) ?? 0) + bytes
    if (held > this.#most) throw new Refusal('address_full', RETRY_SECONDS)
    this.#byAddress.set(key, held)
    return () => this.#release(key, bytes)
  }

  /** How many addresses hold bytes now. */
  get size(): number {
    return this.#byAddress.size
  }

  #release(key: string, bytes: number): void {
    const left = this.#byAddress.get(key)! - bytes
    if (left > 0) this.#byAddress.set(key, left)
    else this.#byAddress.delete(key)
  }
}
