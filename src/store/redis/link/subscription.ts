import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../../../chat/refusal.ts'
import type { Connection } from './connection.ts'

export interface SubscriptionOptions {
  channel: string
  onMessage: (message: string) => void
  /** Called whenever it listens again, after a time in which it may have missed something; resolves when that is made up for. */
  onUp: (connection: Connection) => Promise<void>
  /** Called when it no longer hears anything. */
  onDown?: () => void
}

const RETRY_MS = 200

/**
 * Listens to a channel on whatever server has it, also when that is another one later. Whoever makes one must begin it,
 * call `follow` whenever the connections have changed, and end it.
 */
export class Subscription {
  onEnd: () => void = () => {}
  readonly #options: SubscriptionOptions
  readonly #find: () => Connection | undefined
  #connection: Connection | undefined
  #isFollowing = false
  #isOver = false

  /** `find` knows the connection to listen on. */
  constructor(options: SubscriptionOptions, find: () => Connection | undefined) {
    this.#options = options
    this.#find = find
  }

  /** Listens for the first time; rejects when that cannot be done. */
  async begin(): Promise<void> {
    const connection = this.#find()
    if (!connection) throw new Refusal('store_unreachable', 1)
    await this.#attach(connection)
  }

  /** Goes over to the connection that is the right one now. */
  async follow(): Promise<void> {
    if (this.#isFollowing) return
    this.#isFollowing = true
    while (!this.#isOver && this.#connection !== this.#find()) {
      this.#detach()
      const connection = this.#find()
      if (!connection) break
      // What fails here fails since the connection is lost or the keys have moved, and there will be another.
      await this.#attach(connection).catch(() => delay(RETRY_MS))
    }
    this.#isFollowing = false
  }

  end(): void {
    this.#isOver = true
    this.#connection?.unsubscribe(this.#options.channel, this.#options.onMessage)
    this.#connection = undefined
    this.onEnd()
  }

  async #attach(connection: Connection): Promise<void> {
    const { channel, onMessage, onUp } = this.#options
    await connection.subscribe(channel, onMessage)
    try {
      await onUp(connection)
    } catch (error) {
      connection.unsubscribe(channel, onMessage)
      throw error
    }
    if (!this.#isOver) this.#connection = connection
    else connection.unsubscribe(channel, onMessage)
  }

  #detach(): void {
    if (!this.#connection) return
    this.#connection.unsubscribe(this.#options.channel, this.#options.onMessage)
    this.#connection = undefined
    this.#options.onDown?.()
  }
}
