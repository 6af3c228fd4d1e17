import slotOf from 'cluster-key-slot'
import { Refusal } from '../../../chat/refusal.ts'
import { StoreError } from '../../store-error.ts'
import { Connection, type Address } from './connection.ts'
import { Link } from './link.ts'
import { reasonOf } from './reason.ts'
import { Subscription, type SubscriptionOptions } from './subscription.ts'
import { nameOf, readTopology, type Topology } from './topology.ts'

const NOTHING = () => {}

export interface ShardsOptions {
  urls: string[]
  /** How many replicas must confirm each write. */
  replicas: number
  /** Checks a server before its connection is used; rejects when it must not be used now. */
  check: (connection: Connection) => Promise<void>
  /** Called with a line for the operator's log when a server is lost, once for each reason, and when it is back. */
  onNotice: (line: string) => void
}

/**
 * The links to all Redis servers that have keys (one server, or the masters of a cluster), and the subscriptions on
 * them. Call `open` before any other method, and `close` last. Do not keep a connection across an `await`: get it again
 * by its key.
 */
export class Shards {
  readonly #seeds: Address[]
  readonly #options: ShardsOptions
  readonly #links = new Map<string, Link>()
  readonly #subscriptions = new Set<Subscription>()
  #topology: Topology = () => undefined
  #isCluster = false
  #isClosed = false
  #refreshing: Promise<void> | undefined

  constructor(options: ShardsOptions) {
    this.#seeds = options.urls.map(toAddress)
    this.#options = options
  }

  /** Connects to all servers; first to the one that has the key `first`. Rejects with a StoreError when it cannot. */
  async open(first: string): Promise<void> {
    const { connection, seed } = await this.#openSeed()
    try {
      this.#isCluster = connection.server.isCluster
      if (this.#isCluster) {
        const { masters, topology } = await readTopology(connection, seed)
        this.#topology = topology
        for (const address of masters.values()) this.#addLink(address)
      } else {
        this.#topology = () => nameOf(seed)
        this.#addLink(seed)
      }
    } finally {
      connection.drop()
    }
    const leader = this.#linkOf(first)
    if (!leader) throw new StoreError('the Redis cluster does not cover all slots')
    await leader.open()
    const others = [...this.#links.values()].filter((link) => link !== leader)
    await Promise.all(others.map((link) => link.open()))
  }

  close(): void {
    this.#isClosed = true
    for (const link of this.#links.values()) link.close()
  }

  /** The connection to the server that has a key. Throws the Refusal `store_unreachable` while that server is down. */
  of(key: string): Connection {
    const connection = this.find(key)
    if (!connection) throw new Refusal('store_unreachable', 1)
    return connection
  }

  /** The connection to the server that has a key; undefined while that server is down. */
  find(key: string): Connection | undefined {
    return this.#linkOf(key)?.connection
  }

  /** Whether the connection's server has a key. The connection may be one that is still being checked. */
  isOn(key: string, connection: Connection): boolean {
    const link = this.#linkOf(key)
    return link !== undefined && nameOf(link.address) === nameOf(connection.address)
  }

  /** The connections to all servers that are up. */
  *[Symbol.iterator](): Iterator<Connection> {
    for (const { connection } of this.#links.values()) if (connection) yield connection
  }

  /**
   * Subscribes to a sharded channel, and moves the subscription whenever another server has the channel. The caller
   * must end the subscription. Rejects with the Refusal `store_unreachable`.
   */
  async subscribe(options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new Subscription(options, () => this.find(options.channel))
    await subscription.begin()
    this.#subscriptions.add(subscription)
    subscription.onEnd = () => this.#subscriptions.delete(subscription)
    // The connection may have been lost before the subscription was added to the set.
    void subscription.follow()
    return subscription
  }

  /** Reads the topology of the cluster again. Resolves at once without a cluster. */
  refresh(): Promise<void> {
    if (!this.#isCluster) return Promise.resolve()
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined))
    return this.#refreshing
  }

  async #refresh(): Promise<void> {
    const [known] = this
    const { connection, seed } = known ? { connection: known, seed: known.address } : await this.#openSeed()
    try {
      const { masters, topology } = await readTopology(connection, seed)
      this.#topology = topology
      for (const [name, link] of this.#links) {
        if (masters.has(name)) continue
        link.close()
        this.#links.delete(name)
      }
      for (const [name, address] of masters) if (!this.#links.has(name)) this.#addLink(address).start()
    } finally {
      if (!known) connection.drop()
    }
    this.#followAll()
  }

  #linkOf(key: string): Link | undefined {
    return this.#links.get(this.#topology(this.#isCluster ? slotOf(key) : 0) ?? '')
  }

  #addLink(address: Address): Link {
    const { replicas, check, onNotice } = this.#options
    const reported = new Set<string>()
    const link = new Link({
      address,
      replicas,
      check,
      onUp: () => {
        if (reported.size > 0) onNotice(`Redis at ${nameOf(address)} can be reached again`)
        reported.clear()
        this.#followAll()
      },
      onDown: () => this.#followAll(),
      onFailure: (cause) => {
        const line = `Redis at ${nameOf(address)} cannot be reached: ${reasonOf(cause)}`
        if (this.#isClosed || reported.has(line)) return
        reported.add(line)
        onNotice(line)
      },
      onDoubt: () => this.refresh(),
    })
    this.#links.set(nameOf(address), link)
    return link
  }

  #followAll(): void {
    for (const subscription of this.#subscriptions) void subscription.follow()
  }

  async #openSeed(): Promise<{ connection: Connection; seed: Address }> {
    let reason: unknown
    for (const seed of [...this.#seeds, ...Array.from(this.#links.values(), ({ address }) => address)]) {
      try {
        return { connection: await Connection.open(seed, { replicas: 0, onLost: NOTHING, onMoved: NOTHING }), seed }
      } catch (error) {
        reason = error
      }
    }
    throw new StoreError(`cannot reach Redis at ${this.#seeds.map(nameOf).join(', ')}: ${reasonOf(reason)}`)
  }
}

function toAddress(url: string): Address {
  const { hostname, port } = new URL(url)
  return { url, host: hostname || 'localhost', port: Number(port || 6379) }
}
