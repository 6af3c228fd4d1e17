import { createClient, ErrorReply, RedisClient } from '@redis/client'
import { Refusal } from '../../../chat/refusal.ts'
import type { Script } from './script.ts'
import { describeServer, isSameServer, type Server } from './server.ts'

type Client = ReturnType<typeof createClient>

/** The address of a server. `url` gives user, password and TLS, which are the same for all servers of a cluster. */
export interface Address {
  url: string
  host: string
  port: number
}

/** Milliseconds between health checks, until an unanswered one drops the connection, and for connecting. */
const CHECK_MS = 1000
const PATIENCE_MS = 5000
const CONNECT_MS = 3000
/** Milliseconds within which replicas must confirm a write. */
const REPLICATION_MS = 1000

/** Error replies after which a retry may succeed, later or on another server. */
const NOT_NOW = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|BUSY)\b/
/** Of these, replies that mean that another server has the keys. */
const MOVED = /^(MOVED|CLUSTERDOWN)\b/
/** Of these, replies that mean that the server has restarted or is now a replica. */
const REPLACED = /^(READONLY|LOADING|MASTERDOWN)\b/
/** Error replies that mean that Redis cannot store more data. */
const FULL = /^(OOM|MISCONF)\b/

export interface ConnectionOptions {
  /** How many replicas must confirm each `write`. */
  replicas: number
  /** Called once with the reason, when the connection is lost or dropped. */
  onLost: (cause: unknown) => void
  /** Called when the server replies that another server has the keys. */
  onMoved: () => void
}

/**
 * A connection to one server, until that restarts, is replaced or cannot be reached. It never reconnects, because a
 * restarted server may have lost data and must be checked first. Commands are not queued while it is down. The caller
 * must check `server` before it sends commands, and open a new Connection after `onLost`.
 */
export class Connection {
  readonly address: Address
  readonly #commands: Client
  readonly #subscriber: Client
  /**
   * Used by `write` when replicas must confirm. `WAIT` blocks its connection, and covers only writes of that
   * connection.
   */
  readonly #writer: Client | undefined
  readonly #options: ConnectionOptions
  readonly #healthCheck: NodeJS.Timeout
  #server: Server | undefined
  #replicated: Promise<void> | undefined
  #lastError: unknown
  #isLost = false

  private constructor(address: Address, clients: Client[], options: ConnectionOptions) {
    this.address = address
    this.#commands = clients[0]!
    this.#subscriber = clients[1]!
    this.#writer = clients[2]
    this.#options = options
    for (const client of clients) {
      client.on('error', (error) => (this.#lastError = error))
      client.on('terminated', () => this.drop(this.#lastError))
      client.on('sharded-channel-moved', () => this.drop(new Error('a channel has moved to another server')))
    }
    this.#healthCheck = setInterval(() => void this.#checkHealth(), CHECK_MS).unref()
  }

  /** Connects, and asks what the server is. Rejects with the client's error. */
  static async open(address: Address, options: ConnectionOptions): Promise<Connection> {
    const clients = Array.from({ length: options.replicas > 0 ? 3 : 2 }, () => makeClient(address))
    try {
      await Promise.all(clients.map((client) => client.connect()))
    } catch (error) {
      for (const client of clients) if (client.isOpen) client.destroy()
      throw error
    }
    const connection = new Connection(address, clients, options)
    try {
      connection.#server = describeServer(await connection.#info())
      return connection
    } catch (error) {
      connection.drop(error)
      throw error
    }
  }

  /** The server as of the last health check. When its replication history changes, the connection is dropped. */
  get server(): Server {
    return this.#server!
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /**
   * Sends a command. Rejects with the Refusals `store_unreachable` (it may have been executed or not) and `store_full`.
   */
  send<T>(args: string[]): Promise<T> {
    return this.#send(this.#commands, args)
  }

  /** Runs a script; rejects as `send` does. */
  run<T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    return this.#run(this.#commands, script, keys, args)
  }

  /**
   * Runs a script that writes, and waits until enough replicas have confirmed. Rejects as `send` does. When too few
   * replicas confirm in time, it rejects with `store_unreachable`, although the write was executed and may still reach
   * them.
   */
  async write<T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    if (!this.#writer) return this.run(script, keys, args)
    const reply = await this.#run<T>(this.#writer, script, keys, args)
    // All writes of one turn of the event loop share one `WAIT`.
    this.#replicated ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.#replicate())
    await this.#replicated
    return reply
  }

  /** Calls `listener` with every message of a sharded channel, as soon as this has resolved. Rejects as `send` does. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    try {
      await this.#subscriber.sSubscribe(channel, listener)
    } catch (error) {
      throw this.#refusalOf(error)
    }
  }

  /** Stops calling `listener`. */
  unsubscribe(channel: string, listener: (message: string) => void): void {
    if (!this.#isLost) this.#subscriber.sUnsubscribe(channel, listener).catch((error: unknown) => this.drop(error))
  }

  /** Closes the connection, and calls `onLost`. */
  drop(cause?: unknown): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#healthCheck)
    for (const client of [this.#commands, this.#subscriber, this.#writer]) if (client?.isOpen) client.destroy()
    this.#options.onLost(cause)
  }

  /**
   * Drops the connection when the server does not answer or has changed. Without traffic, a dead network goes
   * unnoticed.
   */
  async #checkHealth(): Promise<void> {
    const late = setTimeout(() => this.drop(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref()
    try {
      const [info] = await Promise.all([this.#info(), this.#subscriber.ping()])
      const now = describeServer(info)
      if (this.#server && !isSameServer(now, this.#server)) this.drop(new Error('it has restarted or was replaced'))
      this.#server = now
    } catch (error) {
      this.drop(error)
    } finally {
      clearTimeout(late)
    }
  }

  #info(): Promise<string> {
    return this.send<string>(['INFO', 'server', 'replication', 'persistence', 'cluster'])
  }

  async #replicate(): Promise<void> {
    this.#replicated = undefined
    const { replicas } = this.#options
    const reached = await this.#send<number>(this.#writer!, ['WAIT', String(replicas), String(REPLICATION_MS)])
    if (reached < replicas) throw new Refusal('store_unreachable', 1)
  }

  async #run<T>(client: Client, script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    const rest = [String(keys.length), ...keys, ...args.map(String)]
    try {
      return (await client.sendCommand(['EVALSHA', script.sha, ...rest])) as T
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw this.#refusalOf(error)
      return this.#send(client, ['EVAL', script.source, ...rest])
    }
  }

  async #send<T>(client: Client, args: string[]): Promise<T> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    try {
      return (await client.sendCommand(args)) as T
    } catch (error) {
      throw this.#refusalOf(error)
    }
  }

  #refusalOf(cause: unknown): unknown {
    if (!(cause instanceof ErrorReply)) return new Refusal('store_unreachable', 1, { cause })
    if (FULL.test(cause.message)) return new Refusal('store_full', undefined, { cause })
    if (MOVED.test(cause.message)) this.#options.onMoved()
    if (REPLACED.test(cause.message)) this.drop(cause)
    return NOT_NOW.test(cause.message) ? new Refusal('store_unreachable', 1, { cause }) : cause
  }
}

function makeClient({ url, host, port }: Address): Client {
  const { socket, ...options } = RedisClient.parseURL(url)
  const client = createClient({
    ...options,
    socket: { ...socket, host, port, connectTimeout: CONNECT_MS, reconnectStrategy: false },
    disableOfflineQueue: true,
    commandOptions: { timeout: undefined },
    maintNotifications: 'disabled',
  })
  // Errors before it is connected also reject `connect`; without a listener they would crash the process.
  client.on('error', () => {})
  return client
}
