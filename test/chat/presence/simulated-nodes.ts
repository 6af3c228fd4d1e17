import { expect } from 'chai'
import { Announcements, type Announcement } from '../../../src/chat/presence/announcements.ts'
import type { NodePart, PresenceMessage } from '../../../src/chat/presence/presence-message.ts'
import { Presence } from '../../../src/chat/presence/presence.ts'
import type { Name } from '../../../src/chat/names/name.ts'
import type { Session } from '../../../src/chat/names/session.ts'
import { SimulatedTime } from './simulated-time.ts'

export const GRACE_MS = 10_000
const ANNOUNCE_MS = 1000

interface Place {
  session: Session | undefined
  leave: () => void
}

/** One node's room, and somebody who listens there and believes what is announced. */
class Node {
  readonly id: string
  readonly presence: Presence
  readonly places: Place[] = []
  /** Sessions of which the others have still to be told. */
  readonly changed = new Set<string>()
  /** By sender, in the order in which they were sent. */
  readonly inbox = new Map<string, PresenceMessage[]>()
  readonly sessionChanges: [id: string, name: Name | undefined][] = []
  known = new Set<string>()
  readonly #announcements: Announcements

  constructor(id: string, time: SimulatedTime, stored: Map<string, NodePart>) {
    this.id = id
    this.presence = new Presence({
      graceMs: GRACE_MS,
      later: time.later,
      onChange: (change) => this.#announcements.add(change),
      onOwnChange: (session) => this.changed.add(session ?? ''),
    })
    const hear = (announcement: Announcement) => this.#hear(announcement)
    this.#announcements = new Announcements(this.presence, ANNOUNCE_MS, hear, time.later)
    this.presence.synchronise(stored)
    this.#announcements.start()
    this.known = new Set(this.presence.roster.users)
  }

  #hear({ joined, left, renamed, isQuiet }: Announcement): void {
    const goes = (name: string) => expect(this.known.delete(name), `${name} has left who was not here`).to.equal(true)
    const comes = (name: string) => {
      expect(this.known.has(name), `${name} has joined twice`).to.equal(false)
      this.known.add(name)
    }
    for (const [before, after] of renamed) {
      goes(before)
      comes(after)
    }
    left.forEach(goes)
    joined.forEach(comes)
    if (isQuiet) this.known = new Set(this.presence.roster.users)
  }
}

/** Nodes that share a room and a store of sessions, with messages on their way between them. */
export class Nodes {
  readonly time = new SimulatedTime()
  readonly #stored = new Map<string, NodePart>()
  readonly #sessions = new Map<string, Name>()
  readonly #nodes: Node[] = []
  #count = 0

  constructor(size: number) {
    for (let n = 0; n < size; n++) this.#nodes.push(this.#start())
  }

  /** Somebody takes a name, unless it is held, and says so at a node. */
  take(name: string, at: number): void {
    if (this.#isHeld(name)) return
    const id = `s${++this.#count}`
    this.#sessions.set(id, nameOf(name))
    this.#node(at).presence.announce({ id, name: nameOf(name) })
  }

  rename(which: number, name: string): void {
    const id = pick([...this.#sessions.keys()], which)
    if (id === undefined || this.#isHeld(name)) return
    this.#sessions.set(id, nameOf(name))
    for (const node of this.#nodes) node.sessionChanges.push([id, nameOf(name)])
  }

  end(which: number): void {
    const id = pick([...this.#sessions.keys()], which)
    if (id === undefined) return
    this.#sessions.delete(id)
    for (const node of this.#nodes) node.sessionChanges.push([id, undefined])
  }

  /** Somebody opens a stream, as a guest when `which` is 0; `isBack` when they were here before. */
  enter(at: number, which: number, isBack: boolean): void {
    const id = which === 0 ? undefined : pick([...this.#sessions.keys()], which)
    const session = id === undefined ? undefined : { id, name: this.#sessions.get(id)! }
    const node = this.#node(at)
    node.places.push({ session, leave: node.presence.enter(session, isBack) })
  }

  leave(at: number, which: number): void {
    const { places } = this.#node(at)
    if (places.length > 0) places.splice(which % places.length, 1)[0]!.leave()
  }

  /** A node tells the others what has changed, and that is stored. */
  tell(at: number): void {
    const node = this.#node(at)
    if (node.changed.size === 0) return
    const { people, guests } = node.presence.part()
    const changed = people.filter(({ session }) => node.changed.delete(session))
    const gone = [...node.changed].filter(Boolean)
    node.changed.clear()
    this.#send(node, { node: node.id, people: changed, gone, guests })
  }

  /** The next message of one node arrives at another. */
  receive(at: number, from: number): void {
    const node = this.#node(at)
    const message = node.inbox.get(this.#node(from).id)?.shift()
    if (message) node.presence.receive(message)
  }

  hearOfSession(at: number): void {
    const [id, name] = this.#node(at).sessionChanges.shift() ?? []
    if (id !== undefined) this.#node(at).presence.changeSession(id, name)
  }

  /** A node was cut off: what was on its way to it is lost. */
  reconnect(at: number): void {
    const node = this.#node(at)
    node.inbox.clear()
    node.presence.synchronise(new Map([...this.#stored].filter(([id]) => id !== node.id)))
    node.changed.clear()
    this.#send(node, { node: node.id, ...node.presence.part(), isWhole: true })
  }

  /** A node ends without a word, and another one takes its place. */
  kill(at: number): void {
    const dead = this.#node(at)
    this.#stored.delete(dead.id)
    dead.presence.clear()
    for (const node of this.#nodes) {
      for (const message of node.inbox.get(dead.id) ?? []) node.presence.receive(message)
      node.inbox.delete(dead.id)
      if (node !== dead) node.presence.lose(dead.id)
    }
    this.#nodes.splice(at % this.#nodes.length, 1, this.#start())
  }

  /** Lets everything arrive and everybody leave who has left; then all nodes must know who is here. */
  check(): void {
    for (const [at, node] of this.#nodes.entries()) {
      while (node.sessionChanges.length > 0) this.hearOfSession(at)
      this.tell(at)
    }
    this.#deliver()
    this.time.pass(GRACE_MS)
    for (const at of this.#nodes.keys()) this.tell(at)
    this.#deliver()
    this.time.pass(ANNOUNCE_MS)
    const users = new Set<string>()
    let guests = 0
    for (const { session } of this.#nodes.flatMap(({ places }) => places)) {
      const name = session && this.#sessions.get(session.id)
      if (name) users.add(name.text)
      else guests++
    }
    for (const { presence, known } of this.#nodes) {
      const { roster } = presence
      expect({ ...roster, users: roster.users.toSorted() }).to.deep.equal({
        count: users.size + guests,
        users: [...users].toSorted(),
        guests,
      })
      expect([...known].toSorted()).to.deep.equal([...users].toSorted())
    }
  }

  /** Closes everything; no timer must be left. */
  close(): void {
    for (const { presence } of this.#nodes) presence.clear()
    this.time.pass(ANNOUNCE_MS)
    expect(this.time.waiting).to.equal(0)
  }

  #start(): Node {
    return new Node(`n${++this.#count}`, this.time, this.#stored)
  }

  #node(at: number): Node {
    return this.#nodes[at % this.#nodes.length]!
  }

  #isHeld(name: string): boolean {
    return [...this.#sessions.values()].some(({ folded }) => folded === name)
  }

  #send(sender: Node, message: PresenceMessage): void {
    const { people, guests } = sender.presence.part()
    this.#stored.set(sender.id, { people, guests })
    for (const node of this.#nodes) {
      if (node === sender) continue
      node.inbox.set(sender.id, [...(node.inbox.get(sender.id) ?? []), message])
    }
  }

  #deliver(): void {
    for (const node of this.#nodes) {
      for (const messages of node.inbox.values()) for (const message of messages) node.presence.receive(message)
      node.inbox.clear()
    }
  }
}

function nameOf(name: string): Name {
  return { text: name, folded: name }
}

function pick<T>(items: T[], which: number): T | undefined {
  return items[which % Math.max(1, items.length)]
}
