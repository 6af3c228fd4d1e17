import type { Name } from '../../../chat/names/name.ts'
import type { PresenceLink } from '../../../chat/presence/neighbours.ts'
import type { Presence } from '../../../chat/presence/presence.ts'
import type { NodePart, PresenceMessage } from '../../../chat/presence/presence-message.ts'
import type { Connection } from '../link/connection.ts'
import { roomKeys } from '../keys.ts'
import { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'
import type { Subscription } from '../link/subscription.ts'

/** What all links of one node share. */
export interface Node {
  readonly shards: Shards
  readonly id: string
  /** The ids of the other nodes that are alive; undefined when Redis cannot tell now. */
  findAlive(): Promise<ReadonlySet<string> | undefined>
  /** Reports an error to the operator. */
  notice(error: unknown): void
}

/** Milliseconds between two messages of a node, multiplied by the number of nodes, since each receives those of all. */
const TELL_MS = 50

/**
 * Stores and publishes changes of a node's part. KEYS: presence, presence-changes. ARGV: the message to publish or an
 * empty string, the number of fields to set, their names and values, and then the fields to remove, which it does
 * first.
 */
const CHANGE = new Script(`
  local last = 2 + 2 * ARGV[2]
  for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
  for i = 3, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  if ARGV[1] ~= '' then redis.call('SPUBLISH', KEYS[2], ARGV[1]) end
`)

/** Parses the presence hash of a room. Field `<node>` is its number of guests, `<node> <session>` a name in JSON. */
export function parseParts(hash: Record<string, string>): Map<string, NodePart> {
  const parts = new Map<string, NodePart>()
  for (const [field, value] of Object.entries(hash)) {
    const [node, session] = field.split(' ') as [string, string?]
    const part = parts.get(node) ?? { people: [], guests: 0 }
    parts.set(node, part)
    if (session === undefined) part.guests = Number(value)
    else part.people.push({ session, name: JSON.parse(value) as Name })
  }
  return parts
}

/**
 * Synchronises a room's presence between the nodes: publishes the changes of this node, and applies those of the others
 * to `presence`. A hash in Redis has the parts of all nodes, for a node that opens the room or has missed messages.
 * Call `open` first, `check` now and then, and `leave` in the end.
 */
export class RedisPresenceLink implements PresenceLink {
  readonly room: string
  readonly presence: Presence
  readonly #node: Node
  readonly #keys: { presence: string; presenceChanges: string }
  readonly #onTyping: (name: Name) => void
  /** Ids of sessions whose changes are not published yet. */
  readonly #changed = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  /**
   * Messages that arrive while the hash is being read; they may be newer than the hash, so they are applied after it.
   */
  #heldBack: PresenceMessage[] | undefined
  #subscription: Subscription | undefined
  #leaving: Promise<void> | undefined
  /** Whether the last attempt to store something failed; then `check` synchronises again. */
  #hasFailed = false

  constructor(node: Node, room: string, presence: Presence, onTyping: (name: Name) => void) {
    this.room = room
    this.presence = presence
    this.#node = node
    this.#keys = roomKeys(room)
    this.#onTyping = onTyping
  }

  /** Subscribes and reads the parts of the other nodes. Rejects with the Refusal `store_unreachable`. */
  async open(): Promise<this> {
    this.#subscription = await this.#node.shards.subscribe({
      channel: this.#keys.presenceChanges,
      onMessage: (message) => this.#receive(JSON.parse(message) as PresenceMessage),
      onUp: (connection) => this.#synchronise(connection),
    })
    return this
  }

  get hasLeft(): boolean {
    return this.#leaving !== undefined
  }

  changed(session: string | undefined): void {
    if (session !== undefined) this.#changed.add(session)
    const pause = TELL_MS * (1 + this.presence.others.length)
    if (!this.hasLeft) this.#timer ??= setTimeout(() => this.#publishChanges(), pause).unref()
  }

  leave(): Promise<void> {
    clearTimeout(this.#timer)
    this.#subscription?.end()
    const gone = [...this.#changed, ...sessionsOf(this.presence.part())]
    this.#leaving ??= this.#publish({ gone, hasLeft: true })
    return this.#leaving
  }

  /**
   * Removes nodes that are not alive. `isLost`: this node's lease had expired, so the others may have removed its part.
   */
  async check(alive: ReadonlySet<string> | undefined, isLost: boolean): Promise<void> {
    for (const node of this.presence.others) {
      if (alive?.has(node) ?? true) continue
      const part = this.presence.part(node)
      this.presence.lose(node)
      await this.#forget(node, part)
    }
    const connection = this.#node.shards.find(this.#keys.presence)
    if (!connection || this.#heldBack || (!isLost && !this.#hasFailed)) return
    this.#hasFailed = false
    await this.#synchronise(connection).catch((error: unknown) => this.#fail(error))
  }

  async #synchronise(connection: Connection): Promise<void> {
    const heldBack: PresenceMessage[] = (this.#heldBack = [])
    try {
      const asking = connection.send<Record<string, string>>(['HGETALL', this.#keys.presence])
      const [hash, alive] = await Promise.all([asking, this.#node.findAlive()])
      const parts = parseParts(hash)
      const own = parts.get(this.#node.id)
      parts.delete(this.#node.id)
      for (const [node, part] of parts) {
        if (alive?.has(node) ?? true) continue
        parts.delete(node)
        await this.#forget(node, part)
      }
      this.presence.synchronise(parts)
      // Remove everything that is stored for this node first, because some of it may be outdated.
      const gone = own ? sessionsOf(own) : []
      if (own || this.presence.ownCount > 0) await this.#publish({ ...this.presence.part(), gone, isWhole: true })
    } finally {
      this.#heldBack = undefined
      for (const message of heldBack) this.#receive(message)
    }
  }

  #receive(message: PresenceMessage): void {
    if (message.node === this.#node.id || this.hasLeft) return
    if (this.#heldBack) return void this.#heldBack.push(message)
    if (message.typing) this.#onTyping(message.typing)
    this.presence.receive(message)
  }

  #publishChanges(): void {
    this.#timer = undefined
    const { people, guests } = this.presence.part()
    const changed = people.filter(({ session }) => this.#changed.delete(session))
    const gone = [...this.#changed]
    this.#changed.clear()
    void this.#publish({ people: changed, gone, guests })
  }

  async #forget(node: string, part: NodePart): Promise<void> {
    await this.#store('', [], [node, ...sessionsOf(part).map((session) => `${node} ${session}`)])
  }

  /** Stores and publishes changes of this node. After a failure, the next synchronisation makes up for it. */
  async #publish(change: Omit<PresenceMessage, 'node'>): Promise<void> {
    const node = this.#node.id
    const { people = [], gone = [], guests = 0 } = change
    const set = people.flatMap(({ session, name }) => [`${node} ${session}`, JSON.stringify(name)])
    const removed = gone.map((session) => `${node} ${session}`)
    if (guests > 0) set.push(node, String(guests))
    else removed.push(node)
    await this.#store(JSON.stringify({ ...change, node }), set, removed)
  }

  async #store(message: string, set: string[], removed: string[]): Promise<void> {
    const { presence, presenceChanges } = this.#keys
    const args = [message, set.length / 2, ...set, ...removed]
    try {
      await this.#node.shards.find(presence)?.run(CHANGE, [presence, presenceChanges], args)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#hasFailed = true
    this.#node.notice(error)
  }
}

function sessionsOf({ people }: NodePart): string[] {
  return people.map(({ session }) => session)
}
