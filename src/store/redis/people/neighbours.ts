import { randomBytes } from 'node:crypto'
import type { Announcer, Neighbours, RoomNews } from '../../../chat/presence/neighbours.ts'
import type { Roster } from '../../../chat/presence/presence.ts'
import { parsePeople } from './census.ts'
import { nodeKey, NODES, roomKeys } from '../keys.ts'
import { BEAT } from './people-scripts.ts'
import { RoomPeople } from './room-people.ts'
import type { Shards } from '../link/shards.ts'

/** How many signs of life a lease has time for. */
const BEATS_PER_LEASE = 3

/** The nodes that share a Redis. Each has a lease, and says by it that those who are with it are still there. */
export class RedisNeighbours implements Neighbours {
  readonly #shards: Shards
  readonly #leaseMs: number
  readonly #node = randomBytes(6).toString('hex')
  readonly #rooms = new Map<RoomPeople, string>()
  readonly #farewells = new Set<Promise<void>>()
  #heart: NodeJS.Timeout | undefined

  /** A node that gives no sign of life for `leaseMs` is gone. */
  constructor(shards: Shards, leaseMs: number) {
    this.#shards = shards
    this.#leaseMs = leaseMs
  }

  /** Gives the first sign of life; this one must be known before it has anybody. */
  async start(): Promise<void> {
    await this.#beat()
    this.#heart = setInterval(() => void this.#beat().catch(() => {}), this.#leaseMs / BEATS_PER_LEASE).unref()
  }

  async enter(room: string, news: RoomNews): Promise<Announcer> {
    const people: RoomPeople = new RoomPeople(this.#shards, this.#node, room, news, (last) => {
      this.#rooms.delete(people)
      this.#farewells.add(last)
      void last.finally(() => this.#farewells.delete(last))
    })
    await people.begin()
    this.#rooms.set(people, room)
    return people
  }

  async roster(room: string): Promise<Required<Roster>> {
    const { people } = roomKeys(room)
    const nodes = parsePeople(toFlat(await this.#shards.of(people).send(['HGETALL', people])))
    const alive = new Set(await this.#othersAlive())
    const users = new Map<string, string>()
    let guests = 0
    for (const [node, { names, guests: count }] of nodes) {
      if (!alive.has(node)) continue
      for (const [folded, text] of names) users.set(folded, text)
      guests += count
    }
    return { count: users.size + guests, users: [...users.values()], guests }
  }

  async counts(): Promise<Map<string, number>> {
    const sums = new Map<string, number>()
    for (const node of await this.#othersAlive()) {
      const key = nodeKey(node)
      const flat = toFlat(await this.#shards.of(key).send(['HGETALL', key]))
      for (let index = 0; index < flat.length; index += 2) {
        const [room, count] = [flat[index]!, Number(flat[index + 1])]
        if (count > 0) sums.set(room, (sums.get(room) ?? 0) + count)
      }
    }
    return sums
  }

  /** Resolves when the others have been told that nobody is here any more. */
  async close(): Promise<void> {
    clearInterval(this.#heart)
    for (const people of this.#rooms.keys()) people.leave()
    await Promise.all(this.#farewells)
    const key = nodeKey(this.#node)
    await this.#shards
      .find(NODES)
      ?.send(['SREM', NODES, this.#node])
      .catch(() => {})
    await this.#shards
      .find(key)
      ?.send(['DEL', key])
      .catch(() => {})
  }

  /** Says that this node is alive, and looks whether the others are. */
  async #beat(): Promise<void> {
    const key = nodeKey(this.#node)
    const counts = Array.from(this.#rooms, ([people, room]) => [room, people.count] as const)
    const taken = counts.filter(([, count]) => count > 0).flat()
    const wasAlive = await this.#shards.of(key).run<number>(BEAT, [key], [this.#leaseMs, ...taken])
    await this.#shards.of(NODES).send(['SADD', NODES, this.#node])
    const alive = new Set(await this.#othersAlive())
    for (const people of this.#rooms.keys()) {
      people.forget((node) => !alive.has(node))
      // The others have taken this node for gone.
      if (wasAlive === 0) people.tellAll()
    }
  }

  async #othersAlive(): Promise<string[]> {
    const nodes = await this.#shards.of(NODES).send<string[]>(['SMEMBERS', NODES])
    const others = nodes.filter((node) => node !== this.#node)
    const alive = await Promise.all(others.map((node) => this.#isAlive(node)))
    return others.filter((_, index) => alive[index])
  }

  async #isAlive(node: string): Promise<boolean> {
    const key = nodeKey(node)
    if ((await this.#shards.of(key).send<number>(['EXISTS', key])) === 1) return true
    await this.#shards.of(NODES).send(['SREM', NODES, node])
    return false
  }
}

function toFlat(reply: unknown): string[] {
  return Array.isArray(reply) ? (reply as string[]) : Object.entries(reply as Record<string, string>).flat()
}
