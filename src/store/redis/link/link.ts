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

/** A connection, and what resolves when it is lost. */
interface Life {
  connection: Connection
  lost: Promise<void>
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
    void this.#keep(await this.#connect())
  }

  /** Connects as soon as it can be done. */
  start(): void {
    void this.#keep(undefined)
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.drop()
  }

  /** Uses one connection after the other; the first may be there already. */
  async #keep(first: Life | undefined): Promise<void> {
    let life = first
    while (!this.#isClosed) {
      life ??= await this.#comeBack()
      if (!life) continue
      if (this.#isClosed) life.connection.drop()
      this.#connection = life.connection
      this.#options.onUp(life.connection)
      await life.lost
      this.#connection = undefined
      this.#options.onDown(life.connection)
      life = undefined
    }
  }

  /** Tries once, after a pause when it fails: those who ask for something meanwhile are told that nobody is there. */
  async #comeBack(): Promise<Life | undefined> {
    try {
      await this.#options.onDoubt()
      return this.#isClosed ? undefined : await this.#connect()
    } catch {
      await delay(PAUSE_MS + Math.random() * JITTER_MS)
      return undefined
    }
  }

  async #connect(): Promise<Life> {
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
