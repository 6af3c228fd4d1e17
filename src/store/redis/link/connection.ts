import { createClient, ErrorReply, RedisClient } from '@redis/client'
import { Refusal } from '../../../chat/refusal.ts'
import type { Script } from './script.ts'
import { describeServer, isSameServer, type Server } from './server.ts'

type Client = ReturnType<typeof createClient>

/** A server, and the one to whom the URL of the options belongs: user, password and TLS are the same for all of a cluster. */
export interface Address {
  url: string
  host: string
  port: number
}

/** How often a server is asked whether it is there, and what it may take to answer before it counts as gone. */
const CHECK_MS = 1000
const PATIENCE_MS = 5000
const CONNECT_MS = 3000
/** Milliseconds that replicas have to confirm a write. */
const REPLICATION_MS = 1000

/** What a server answers when it cannot do this now, but another may, or it later. */
const NOT_NOW = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|BUSY)\b/
/** … when another may; */
const MOVED = /^(MOVED|CLUSTERDOWN)\b/
/** … when it is not the server that it was. */
const REPLACED = /^(READONLY|LOADING|MASTERDOWN)\b/
/** What it answers when nothing more can be written. */
const FULL = /^(OOM|MISCONF)\b/

export interface ConnectionOptions {
  /** How many replicas must have what `write` has written before it counts as written. */
  replicas: number
  /** Called once, when it is lost or was dropped, with the reason. */
  onLost: (cause: unknown) => void
  /** Called when the server says that another has the keys. */
  onMoved: () => void
}

/**
 * A connection to one server, in one of its lives: it never comes back once it is lost, so that nothing is asked of a
 * server that has restarted or was replaced before somebody has looked at what it has. Nothing waits in a queue for it.
 * Whoever opens it must look at `server` before asking for anything else, and open another one after `onLost`.
 */
export class Connection {
  readonly address: Address
  readonly #commands: Client
  readonly #subscriber: Client
  /** Waits for replicas. `WAIT` blocks its connection, and speaks of the writes of that connection only. */
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

  /** Rejects with the client's error. */
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

  /** What the server was a moment ago. When it becomes another one, the connection is lost. */
  get server(): Server {
    return this.#server!
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Sends a command. Rejects with the Refusals `store_unreachable`, when it may have been done or not, and `store_full`. */
  send<T>(args: string[]): Promise<T> {
    return this.#send(this.#commands, args)
  }

  /** Runs a script; rejects as `send` does. */
  run<T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    return this.#run(this.#commands, script, keys, args)
  }

  /**
   * Runs a script that writes. Resolves when enough replicas have it. Rejects as `send` does; also when too few replicas
   * have it in time: then it is written all the same, and they may have it later.
   */
  async write<T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    if (!this.#writer) return this.run(script, keys, args)
    const reply = await this.#run<T>(this.#writer, script, keys, args)
    // Writes of one turn of the event loop share one wait.
    this.#replicated ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.#replicate())
    await this.#replicated
    return reply
  }

  /** Calls `listener` with every message of a sharded channel from when this resolves. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    try {
      await this.#subscriber.sSubscribe(channel, listener)
    } catch (error) {
      throw this.#refusalOf(error)
    }
  }

  unsubscribe(channel: string, listener: (message: string) => void): void {
    if (!this.#isLost) this.#subscriber.sUnsubscribe(channel, listener).catch((error: unknown) => this.drop(error))
  }

  /** Lets go of it, as if it was lost. */
  drop(cause?: unknown): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#healthCheck)
    for (const client of [this.#commands, this.#subscriber, this.#writer]) if (client?.isOpen) client.destroy()
    this.#options.onLost(cause)
  }

  /** A server that is there answers, and is what it was; a network that swallows everything looks like one that is quiet. */
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
  // What it says before it is connected is said again by the rejection of `connect`.
  client.on('error', () => {})
  return client
}
