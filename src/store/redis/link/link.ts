import { setTimeout as delay } from 'node:timers/promises'
import { Connection, type Address } from './connection.ts'

export interface LinkOptions {
  address: Address
  /** How many replicas must have what is written. */
  replicas: number
  /** Looks at the server before anything else is asked of it; rejects when it cannot be used now. */
  check: (connection: Connection) => Promise<void>
  onUp: (connection: Connection) => void
  onDown: (connection: Connection) => void
  /** Called with the reason when the connection is lost, and whenever another one cannot be had. */
  onFailure: (cause: unknown) => void
  /** Called when the server says that another has some of its keys, and before each attempt to come back to it. */
  onDoubt: () => Promise<void>
}

/** A connection that was checked, and what resolves with the cause when it is lost. */
interface Checked {
  connection: Connection
  lost: Promise<unknown>
}

/** Milliseconds between two attempts to come back, and the random part of them. */
const PAUSE_MS = 100
const JITTER_MS = 200

/**
 * The way to one server: a connection that was checked, and when that is lost another. It must be opened or started once,
 * and closed; `connection` is to be asked for anew each time.
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
  async #keep(first: Checked | undefined): Promise<void> {
    let checked = first
    while (!this.#isClosed) {
      checked ??= await this.#comeBack()
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

  /** Tries once, and pauses when it fails: those who ask for something meanwhile are told that nobody is there. */
  async #comeBack(): Promise<Checked | undefined> {
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
      if (this.#isClosed || connection.isLost) throw new Error('lost while it was looked at')
      return { connection, lost }
    } catch (error) {
      connection.drop(error)
      throw error
    }
  }
}
