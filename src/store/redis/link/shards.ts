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
  /** How many replicas must have what is written. */
  replicas: number
  /** Looks at every server before anything else is asked of it, and rejects when it cannot be used. */
  check: (connection: Connection) => Promise<void>
  /** Called in a line for the operator when a server is lost, with each reason once, and when it is back. */
  onNotice: (line: string) => void
}

/**
 * The servers that have the keys: one, or the masters of a cluster; and what is listened to on them. They must be opened
 * first and closed last. A connection that it gives is good for now; after an `await` it must be asked for anew.
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

  /** Throws StoreError when there is no server to be had. `first` is a key whose server is looked at before the others. */
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
    if (!leader) throw new StoreError('the cluster of Redis does not cover all slots')
    await leader.open()
    const others = [...this.#links.values()].filter((link) => link !== leader)
    await Promise.all(others.map((link) => link.open()))
  }

  close(): void {
    this.#isClosed = true
    for (const link of this.#links.values()) link.close()
  }

  /** The connection to the server that has a key. Throws the Refusal `store_unreachable` when there is none. */
  of(key: string): Connection {
    const connection = this.find(key)
    if (!connection) throw new Refusal('store_unreachable', 1)
    return connection
  }

  find(key: string): Connection | undefined {
    return this.#linkOf(key)?.connection
  }

  /** Whether a key is on the server that a connection leads to, which need not be known as good yet. */
  isOn(key: string, connection: Connection): boolean {
    const link = this.#linkOf(key)
    return link !== undefined && nameOf(link.address) === nameOf(connection.address)
  }

  /** Every server that can be asked now. */
  *[Symbol.iterator](): Iterator<Connection> {
    for (const { connection } of this.#links.values()) if (connection) yield connection
  }

  /** Listens to a channel, on whatever server has it, until the subscription is ended. Rejects when there is none now. */
  async subscribe(options: SubscriptionOptions): Promise<Subscription> {
    const subscription = new Subscription(options, () => this.find(options.channel))
    await subscription.begin()
    this.#subscriptions.add(subscription)
    subscription.onEnd = () => this.#subscriptions.delete(subscription)
    // It may have been lost in between.
    void subscription.follow()
    return subscription
  }

  /** Asks anew who has what. */
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
    const told = new Set<string>()
    const link = new Link({
      address,
      replicas,
      check,
      onUp: () => {
        if (told.size > 0) onNotice(`Redis at ${nameOf(address)} can be reached again`)
        told.clear()
        this.#followAll()
      },
      onDown: () => this.#followAll(),
      onFailure: (cause) => {
        const line = `Redis at ${nameOf(address)} cannot be reached: ${reasonOf(cause)}`
        if (this.#isClosed || told.has(line)) return
        told.add(line)
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
