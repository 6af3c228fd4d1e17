import { Refusal } from '../../../chat/refusal.ts'
import type { Connection } from './connection.ts'

/** Milliseconds that replicas have. */
const PATIENCE_MS = 1000

/** Waits until so many replicas have what was written. Writes of one turn of the event loop share one wait. */
export class Replication {
  readonly #count: number
  readonly #waits = new WeakMap<Connection, Promise<void>>()

  constructor(count: number) {
    this.#count = count
  }

  /**
   * Resolves when the replicas have all that was written over the connection before. Rejects with the Refusal
   * `store_unreachable` when too few have it in time; it is written all the same, and they may have it later.
   */
  async settle(connection: Connection): Promise<void> {
    if (this.#count === 0) return
    let wait = this.#waits.get(connection)
    if (!wait) {
      wait = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.#wait(connection))
      this.#waits.set(connection, wait)
    }
    await wait
  }

  async #wait(connection: Connection): Promise<void> {
    this.#waits.delete(connection)
    const reached = await connection.send<number>(['WAIT', String(this.#count), String(PATIENCE_MS)])
    if (reached < this.#count) throw new Refusal('store_unreachable', 1)
  }
}
