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
const LOOK_MS = 1000
const PATIENCE_MS = 5000
const CONNECT_MS = 3000

/** What a server answers when it cannot do this now, but another may, or it later. */
const NOT_NOW = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|NOREPLICAS|BUSY)\b/
/** … when another may; */
const MOVED = /^(MOVED|CLUSTERDOWN)\b/
/** … when it is not the server that it was. */
const REPLACED = /^(READONLY|LOADING|MASTERDOWN)\b/
/** What it answers when nothing more can be written. */
const FULL = /^(OOM|MISCONF)\b/

export interface ConnectionEvents {
  /** Called once, when it is lost or was dropped. */
  onLost: () => void
  /** Called when the server says that another has the keys. */
  onMoved: () => void
}

/**
 * A connection to one server, in one of its lives: it never comes back once it is lost, so that nothing is asked of a
 * server that has restarted or was replaced before somebody has looked at what it has. Nothing waits in a queue for it.
 */
export class Connection {
  readonly address: Address
  readonly #commands: Client
  readonly #subscriber: Client
  readonly #events: ConnectionEvents
  readonly #watch: NodeJS.Timeout
  #server: Server | undefined
  #isLost = false

  private constructor(address: Address, commands: Client, subscriber: Client, events: ConnectionEvents) {
    this.address = address
    this.#commands = commands
    this.#subscriber = subscriber
    this.#events = events
    for (const client of [commands, subscriber]) {
      client.on('terminated', () => this.drop())
      client.on('sharded-channel-moved', () => this.drop())
    }
    this.#watch = setInterval(() => void this.#look(), LOOK_MS).unref()
  }

  /** Rejects with the client's error. */
  static async open(address: Address, events: ConnectionEvents): Promise<Connection> {
    const [commands, subscriber] = [makeClient(address), makeClient(address)]
    try {
      await Promise.all([commands.connect(), subscriber.connect()])
    } catch (error) {
      for (const client of [commands, subscriber]) if (client.isOpen) client.destroy()
      throw error
    }
    const connection = new Connection(address, commands, subscriber, events)
    try {
      connection.#server = describeServer(await connection.#info())
      return connection
    } catch (error) {
      connection.drop()
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
  async send<T>(args: string[]): Promise<T> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    try {
      return (await this.#commands.sendCommand(args)) as T
    } catch (error) {
      throw this.#reason(error)
    }
  }

  /** Runs a script; rejects as `send` does. */
  async run<T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    const rest = [String(keys.length), ...keys, ...args.map(String)]
    try {
      return (await this.#commands.sendCommand(['EVALSHA', script.sha, ...rest])) as T
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw this.#reason(error)
      return this.send(['EVAL', script.source, ...rest])
    }
  }

  /** Calls `listener` with every message of a sharded channel from when this resolves. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    if (this.#isLost) throw new Refusal('store_unreachable', 1)
    try {
      await this.#subscriber.sSubscribe(channel, listener)
    } catch (error) {
      throw this.#reason(error)
    }
  }

  unsubscribe(channel: string, listener: (message: string) => void): void {
    if (!this.#isLost) this.#subscriber.sUnsubscribe(channel, listener).catch(() => this.drop())
  }

  /** Lets go of it, as if it was lost. */
  drop(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearInterval(this.#watch)
    for (const client of [this.#commands, this.#subscriber]) if (client.isOpen) client.destroy()
    this.#events.onLost()
  }

  /** A server that is there answers, and is what it was; a network that swallows everything looks like one that is quiet. */
  async #look(): Promise<void> {
    const late = setTimeout(() => this.drop(), PATIENCE_MS).unref()
    try {
      const [info] = await Promise.all([this.#info(), this.#subscriber.ping()])
      const now = describeServer(info)
      if (this.#server && !isSameServer(now, this.#server)) this.drop()
      this.#server = now
    } catch {
      this.drop()
    } finally {
      clearTimeout(late)
    }
  }

  #info(): Promise<string> {
    return this.send<string>(['INFO', 'server', 'replication', 'persistence', 'cluster'])
  }

  #reason(error: unknown): unknown {
    if (!(error instanceof ErrorReply)) return new Refusal('store_unreachable', 1)
    if (FULL.test(error.message)) return new Refusal('store_full')
    if (MOVED.test(error.message)) this.#events.onMoved()
    if (REPLACED.test(error.message)) this.drop()
    return NOT_NOW.test(error.message) ? new Refusal('store_unreachable', 1) : error
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
  // What it says is said again by the rejection of what was asked, or by `terminated`.
  client.on('error', () => {})
  return client
}
