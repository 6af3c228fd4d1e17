import { setTimeout as delay } from 'node:timers/promises'
import { Connection, type Address } from './connection.ts'

export interface LinkOptions {
  address: Address
  /** How many replicas must confirm each write. */
  replicas: number
  /** Checks the server before the connection is used; rejects when it must not be used now. */
  check: (connection: Connection) => Promise<void>
  onUp: (connection: Connection) => void
  onDown: (connection: Connection) => void
  /** Called with the reason when the connection is lost, and after each failed attempt to reconnect. */
  onFailure: (cause: unknown) => void
  /** Called when the server replies that it no longer has some keys, and before each attempt to reconnect. */
  onDoubt: () => Promise<void>
}

/** A checked connection, and a promise that resolves with the cause when the connection is lost. */
interface Checked {
  connection: Connection
  lost: Promise<unknown>
}

/** Milliseconds between two attempts to reconnect; a random part of up to `JITTER_MS` is added. */
const PAUSE_MS = 100
const JITTER_MS = 200

/**
 * Keeps a checked connection to one server, and reconnects when it is lost. The caller must call `open` or `start`
 * once, and `close` in the end, and must read `connection` anew for each use.
 */
export class Link {
  readonly address: Address
  readonly #options: LinkOptions
  #connection: Connection | undefined
  #isClosed = false

  constructor(options: LinkOptions) {
    this.address = options.address
    this.#options = options
  }

  /** The connection that may be used; undefined while there is none. */
  get connection(): Connection | undefined {
    return this.#connection
  }

  /** Connects for the first time. Rejects when that fails, and then does not retry. */
  async open(): Promise<void> {
    void this.#keep(await this.#connect())
  }

  /** Connects in the background, and retries until it succeeds. */
  start(): void {
    void this.#keep(undefined)
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.drop()
  }

  /** Holds one connection after the other until the link is closed. `first` is the connection that `open` made. */
  async #keep(first: Checked | undefined): Promise<void> {
    let checked = first
    while (!this.#isClosed) {
      checked ??= await this.#reconnect()
      if (!checked) continue
      const { connection, lost } = checked
      if (this.#isClosed) connection.drop()
      this.#connection = connection
      this.#options.onUp(connection)
      const cause = await lost
      this.#connection = undefined
      if (!this.#isClosed) this.#options.onFailure(cause)
      this.#options.onDown(connection)
      checked = undefined
    }
  }

  /** Tries to connect once, and pauses when that fails. Meanwhile commands are refused as `store_unreachable`. */
  async #reconnect(): Promise<Checked | undefined> {
    try {
      await this.#options.onDoubt()
      return this.#isClosed ? undefined : await this.#connect()
    } catch (error) {
      if (!this.#isClosed) this.#options.onFailure(error)
      await delay(PAUSE_MS + Math.random() * JITTER_MS)
      return undefined
    }
  }

  async #connect(): Promise<Checked> {
    const { address, replicas, check, onDoubt } = this.#options
    let onLost = (_cause: unknown) => {}
    const lost = new Promise((resolve) => (onLost = resolve))
    const onMoved = () => void onDoubt().catch(() => {})
    const connection = await Connection.open(address, { replicas, onLost, onMoved })
    try {
      await check(connection)
      if (this.#isClosed || connection.isLost) throw new Error('lost while it was checked')
      return { connection, lost }
    } catch (error) {
      connection.drop(error)
      throw error
    }
  }
}
