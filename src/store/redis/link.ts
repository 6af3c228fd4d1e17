import { setTimeout as delay } from 'node:timers/promises'
import { Connection, type Address } from './connection.ts'

export interface LinkOptions {
  address: Address
  /** Looks at the server before anything else is asked of it; rejects when it cannot be used now. */
  check: (connection: Connection) => Promise<void>
  onUp: (connection: Connection) => void
  onDown: (connection: Connection) => void
  /** Called when the server says that another has some of its keys, and before each attempt to come back to it. */
  onDoubt: () => Promise<void>
}

/** Milliseconds between two attempts to come back, and the random part of them. */
const PAUSE_MS = 100
const JITTER_MS = 200

/** The way to one server: a connection that was checked, and when that is lost another. */
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

  /** Connects for the first time. Rejects when that fails; then there is no second time. */
  async open(): Promise<void> {
    const { connection, lost } = await this.#connect()
    void this.#keep(connection, lost)
  }

  /** Connects as soon as it can be done. */
  start(): void {
    void this.#comeBack()
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.drop()
  }

  async #keep(connection: Connection, lost: Promise<void>): Promise<void> {
    this.#connection = connection
    this.#options.onUp(connection)
    await lost
    this.#connection = undefined
    this.#options.onDown(connection)
    await this.#comeBack()
  }

  async #comeBack(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#options.onDoubt()
        if (this.#isClosed) return
        const { connection, lost } = await this.#connect()
        return await this.#keep(connection, lost)
      } catch {
        // It is not there yet; those who ask for something meanwhile are told so.
        await delay(PAUSE_MS + Math.random() * JITTER_MS)
      }
    }
  }

  async #connect(): Promise<{ connection: Connection; lost: Promise<void> }> {
    let onLost = () => {}
    const lost = new Promise<void>((resolve) => (onLost = resolve))
    const onMoved = () => void this.#options.onDoubt().catch(() => {})
    const connection = await Connection.open(this.#options.address, { onLost, onMoved })
    try {
      await this.#options.check(connection)
      if (this.#isClosed || connection.isLost) throw new Error('lost while it was looked at')
      return { connection, lost }
    } catch (error) {
      connection.drop()
      throw error
    }
  }
}
