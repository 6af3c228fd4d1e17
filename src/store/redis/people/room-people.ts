import type { Name } from '../../../chat/names/name.ts'
import type { Announcer, RoomNews } from '../../../chat/presence/neighbours.ts'
import { Census, parsePeople, type NodePeople } from './census.ts'
import type { Connection } from '../link/connection.ts'
import { roomKeys } from '../keys.ts'
import { CHANGE } from './people-scripts.ts'
import type { Shards } from '../link/shards.ts'
import type { Subscription } from '../link/subscription.ts'

/** What a node tells the others at once. */
interface Words {
  node: string
  arrived?: Name[]
  departed?: string[]
  guests?: number
  announced?: Name[]
  typing?: Name[]
}

/** Milliseconds between two tellings of what has changed, for each node in the room: each of them hears all the others. */
const TELL_MS = 50

/** One room, as this node and the others tell each other who is in it. */
export class RoomPeople implements Announcer {
  readonly #room: string
  readonly #node: string
  readonly #shards: Shards
  readonly #census: Census
  readonly #news: RoomNews
  readonly #own: NodePeople = { names: new Map(), guests: 0 }
  readonly #onLeave: (last: Promise<void>) => void
  #untold: Words
  #pause: NodeJS.Timeout | undefined
  #subscription: Subscription | undefined
  #isOver = false

  /** `onLeave` is given what resolves when the others have been told that nobody is here any more. */
  constructor(shards: Shards, node: string, room: string, news: RoomNews, onLeave: (last: Promise<void>) => void) {
    this.#shards = shards
    this.#node = node
    this.#room = room
    this.#news = news
    this.#census = new Census(news)
    this.#onLeave = onLeave
    this.#untold = { node }
  }

  async begin(): Promise<this> {
    this.#subscription = await this.#shards.subscribe({
      channel: roomKeys(this.#room).words,
      onMessage: (message) => this.#hear(JSON.parse(message) as Words),
      onUp: (connection) => this.#meet(connection),
    })
    return this
  }

  /** How many people this node has here. */
  get count(): number {
    return this.#own.names.size + this.#own.guests
  }

  arrived(name: Name): void {
    this.#own.names.set(name.folded, name.text)
    const departed = this.#untold.departed?.filter((folded) => folded !== name.folded) ?? []
    this.#tellSoon({ departed, arrived: [...(this.#untold.arrived ?? []), name] })
  }

  departed({ folded }: Name): void {
    this.#own.names.delete(folded)
    const arrived = this.#untold.arrived?.filter((name) => name.folded !== folded) ?? []
    this.#tellSoon({ arrived, departed: [...(this.#untold.departed ?? []), folded] })
  }

  guests(count: number): void {
    this.#own.guests = count
    this.#tellSoon({ guests: count })
  }

  announced(name: Name): void {
    this.#tellSoon({ announced: [...(this.#untold.announced ?? []), name] })
  }

  typing(name: Name): void {
    this.#tellSoon({ typing: [...(this.#untold.typing ?? []), name] })
  }

  leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#pause)
    this.#subscription?.end()
    const departed = [...new Set([...this.#own.names.keys(), ...(this.#untold.departed ?? [])])]
    this.#onLeave(this.#send({ node: this.#node, departed, guests: 0 }))
  }

  /** Takes those whom a node had for departed, since it is gone. */
  forget(isGone: (node: string) => boolean): void {
    for (const node of this.#census.nodes) {
      if (!isGone(node)) continue
      const { names } = this.#census.forget(node)
      void this.#write('', [], [node, ...Array.from(names.keys(), (folded) => `${node} ${folded}`)])
    }
  }

  /** Tells the others of everybody whom this node has. */
  tellAll(): void {
    for (const [folded, text] of this.#own.names) this.arrived({ folded, text })
    this.guests(this.#own.guests)
  }

  /** Makes good what was missed, on both sides. */
  async #meet(connection: Connection): Promise<void> {
    const { people } = roomKeys(this.#room)
    const reply = await connection.send<string[] | Record<string, string>>(['HGETALL', people])
    const nodes = parsePeople(Array.isArray(reply) ? reply : Object.entries(reply).flat())
    const noted = nodes.get(this.#node)
    nodes.delete(this.#node)
    this.#census.correct(nodes)
    const departed = Array.from(noted?.names.keys() ?? []).filter((folded) => !this.#own.names.has(folded))
    const arrived = Array.from(this.#own.names, ([folded, text]) => ({ folded, text }))
    if (noted || this.count > 0) await this.#send({ node: this.#node, departed, arrived, guests: this.#own.guests })
  }

  #hear({ node, arrived = [], departed = [], guests, announced = [], typing = [] }: Words): void {
    if (node === this.#node || this.#isOver) return
    for (const folded of departed) this.#census.departed(node, folded)
    for (const name of arrived) this.#census.arrived(node, name)
    if (guests !== undefined) this.#census.guests(node, guests)
    for (const name of announced) this.#news.announced(name)
    for (const name of typing) this.#news.typing(name)
  }

  #tellSoon(words: Partial<Words>): void {
    if (this.#isOver) return
    Object.assign(this.#untold, words)
    this.#pause ??= setTimeout(() => this.#tell(), TELL_MS * (1 + this.#census.size)).unref()
  }

  #tell(): void {
    this.#pause = undefined
    const words = this.#untold
    this.#untold = { node: this.#node }
    void this.#send(words)
  }

  /** What cannot be said now is made good when the others can be met again. */
  async #send(words: Words): Promise<void> {
    const { node, arrived = [], departed = [], guests } = words
    const set = arrived.flatMap(({ folded, text }) => [`${node} ${folded}`, text])
    const removed = departed.map((folded) => `${node} ${folded}`)
    if (guests !== undefined && guests > 0) set.push(node, String(guests))
    if (guests === 0) removed.push(node)
    await this.#write(JSON.stringify(words), set, removed)
  }

  async #write(message: string, set: string[], removed: string[]): Promise<void> {
    const { people, words } = roomKeys(this.#room)
    await this.#shards
      .find(people)
      ?.run(CHANGE, [people, words], [message, set.length / 2, ...set, ...removed])
      .catch(() => {})
  }
}
