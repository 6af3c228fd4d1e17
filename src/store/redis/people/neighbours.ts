import { randomBytes } from 'node:crypto'
import type { Name } from '../../../chat/names/name.ts'
import type { Neighbours, PresenceLink } from '../../../chat/presence/neighbours.ts'
import { Presence, type Roster } from '../../../chat/presence/presence.ts'
import type { PresenceMessage } from '../../../chat/presence/presence-message.ts'
import { isUnreachable } from '../../../chat/refusal.ts'
import { nodeKey, NODES, roomKeys } from '../keys.ts'
import { parseParts, RedisPresenceLink, type Node } from './presence-link.ts'
import { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** How many heartbeats a node sends within the time of one lease. */
const BEATS_PER_LEASE = 3

/**
 * Renews a node's lease, and stores how many people it has in each room. KEYS: the node's lease. ARGV: the lease in
 * milliseconds, then pairs of room and count. Returns 0 when the previous lease had expired.
 */
const BEAT = new Script(`
  local was_alive = redis.call('EXISTS', KEYS[1])
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '', '0')
  for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return was_alive
`)

/**
 * The nodes that share a Redis. Each node has a lease, a key that expires; the other nodes drop the people of a node
 * whose lease has expired. Call `start` before `join`, and `close` in the end.
 */
export class RedisNeighbours implements Neighbours, Node {
  readonly shards: Shards
  readonly id = randomBytes(6).toString('hex')
  readonly #leaseMs: number
  readonly #onNotice: (line: string) => void
  readonly #links = new Set<RedisPresenceLink>()
  #finding: ReturnType<Node['findAlive']> | undefined
  #heart: NodeJS.Timeout | undefined
  readonly #noticed = new Set<string>()

  /**
   * A node without a heartbeat for `leaseMs` counts as gone. `onNotice` gets a line for the operator's log on a
   * failure.
   */
  constructor(shards: Shards, leaseMs: number, onNotice: (line: string) => void) {
    this.shards = shards
    this.#leaseMs = leaseMs
    this.#onNotice = onNotice
  }

  /** Takes the lease, and then renews it regularly. Rejects when the first heartbeat fails. */
  async start(): Promise<void> {
    await this.#beat()
    const beat = () => void this.#beat().catch((error: unknown) => this.notice(error))
    this.#heart = setInterval(beat, this.#leaseMs / BEATS_PER_LEASE).unref()
  }

  async join(room: string, presence: Presence, onTyping: (name: Name) => void): Promise<PresenceLink> {
    const link = await new RedisPresenceLink(this, room, presence, onTyping).open()
    this.#links.add(link)
    return link
  }

  publish(room: string, news: Partial<PresenceMessage>): void {
    const { presenceChanges } = roomKeys(room)
    const message = JSON.stringify({ node: this.id, ...news } satisfies PresenceMessage)
    const publishing = this.shards.find(presenceChanges)?.send(['SPUBLISH', presenceChanges, message])
    publishing?.catch((error: unknown) => this.notice(error))
  }

  async roster(room: string): Promise<Required<Roster>> {
    const { presence: key } = roomKeys(room)
    const [hash, alive] = await Promise.all([this.#ask<Record<string, string>>('HGETALL', key), this.findAlive()])
    const presence = new Presence({ graceMs: 0 })
    for (const [node, part] of parseParts(hash)) if (alive?.has(node) ?? true) presence.receive({ node, ...part })
    return presence.roster
  }

  async counts(): Promise<Map<string, number>> {
    const keys = (await this.#others()).map(nodeKey)
    const counts = await Promise.all(keys.map((key) => this.#ask<Record<string, string>>('HGETALL', key)))
    const sums = new Map<string, number>()
    for (const [room, count] of counts.flatMap(Object.entries<string>))
      sums.set(room, (sums.get(room) ?? 0) + Number(count))
    // The empty field only keeps the lease of a node without people from being an empty hash.
    sums.delete('')
    return sums
  }

  /** Gives up the lease. Resolves when the other nodes have been told that nobody is here any more. */
  async close(): Promise<void> {
    clearInterval(this.#heart)
    await Promise.all(Array.from(this.#links, (link) => link.leave()))
    try {
      await Promise.all([this.#ask('SREM', NODES, this.id), this.#ask('DEL', nodeKey(this.id))])
    } catch (error) {
      this.notice(error)
    }
  }

  /** The other nodes whose lease is valid; undefined when Redis cannot tell. Concurrent calls share one query. */
  findAlive(): ReturnType<Node['findAlive']> {
    return (this.#finding ??= this.#findAlive().finally(() => (this.#finding = undefined)))
  }

  /** Reports an error, each reason once; except an unreachable server, which its Link reports. */
  notice(error: unknown): void {
    if (isUnreachable(error)) return
    const { message, cause } = error as Error
    // Cut off the script's hash and line, which Redis appends to the reason.
    const reason = (cause instanceof Error ? `${message}: ${cause.message}` : message).replace(/ script: .*/, '')
    if (!this.#noticed.has(reason)) this.#onNotice(`nodes cannot share who is in the rooms: ${reason}`)
    this.#noticed.add(reason)
  }

  /** Renews the lease, and checks the leases of the other nodes. */
  async #beat(): Promise<void> {
    const key = nodeKey(this.id)
    for (const link of this.#links) if (link.hasLeft) this.#links.delete(link)
    const counts = Array.from(this.#links, ({ room, presence }) => [room, presence.ownCount] as const)
    const taken = counts.filter(([, count]) => count > 0).flat()
    const wasAlive = await this.shards.of(key).run<number>(BEAT, [key], [this.#leaseMs, ...taken])
    await this.#ask('SADD', NODES, this.id)
    const alive = await this.findAlive()
    for (const link of this.#links) await link.check(alive, wasAlive === 0)
  }

  async #findAlive(): ReturnType<Node['findAlive']> {
    try {
      const others = await this.#others()
      const leases = await Promise.all(others.map((node) => this.#ask<number>('EXISTS', nodeKey(node))))
      const dead = others.filter((_, index) => leases[index] === 0)
      if (dead.length > 0) await this.#ask('SREM', NODES, ...dead)
      return new Set(others.filter((node) => !dead.includes(node)))
    } catch (error) {
      this.notice(error)
      return undefined
    }
  }

  async #others(): Promise<string[]> {
    const nodes = await this.#ask<string[]>('SMEMBERS', NODES)
    return nodes.filter((node) => node !== this.id)
  }

  #ask<T>(command: string, key: string, ...args: string[]): Promise<T> {
    return this.shards.of(key).send<T>([command, key, ...args])
  }
}
