import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../../../chat/refusal.ts'
import type { Connection } from './connection.ts'

export interface SubscriptionOptions {
  channel: string
  onMessage: (message: string) => void
  /** Called after each (re)subscription, because messages may have been missed; resolves when those are made up for. */
  onUp: (connection: Connection) => Promise<void>
  /** Called when the subscription is lost, so that no messages arrive. */
  onDown?: () => void
}

const RETRY_MS = 200

/**
 * A subscription to a sharded channel that moves with the channel from server to server. The owner must call `begin`
 * first, `follow` whenever the connections have changed, and `end` last.
 */
export class Subscription {
  onEnd: () => void = () => {}
  readonly #options: SubscriptionOptions
  readonly #find: () => Connection | undefined
  #connection: Connection | undefined
  #isFollowing = false
  #isOver = false

  /** `find` returns the connection to the server that has the channel now. */
  constructor(options: SubscriptionOptions, find: () => Connection | undefined) {
    this.#options = options
    this.#find = find
  }

  /** Subscribes for the first time. Rejects with the Refusal `store_unreachable`. */
  async begin(): Promise<void> {
    const connection = this.#find()
    if (!connection) throw new Refusal('store_unreachable', 1)
    await this.#attach(connection)
  }

  /** Moves to the connection that `find` returns now. Retries until that succeeds, or there is no connection. */
  async follow(): Promise<void> {
    if (this.#isFollowing) return
    this.#isFollowing = true
    while (!this.#isOver && this.#connection !== this.#find()) {
      this.#detach()
      const connection = this.#find()
      if (!connection) break
      // This fails when the connection is lost or the slot has moved; then `find` will return another connection.
      await this.#attach(connection).catch(() => delay(RETRY_MS))
    }
    this.#isFollowing = false
  }

  /** Unsubscribes for good. */
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
