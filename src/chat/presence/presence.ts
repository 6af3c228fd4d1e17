import type { Name } from '../names/name.ts'
import type { Session } from '../names/session.ts'
import type { NodePart, PresenceMessage } from './presence-message.ts'

export interface Roster {
  /** How many people there are, with names and without. */
  count: number
  /** The names of the people who have one; left out when there are too many. */
  users?: string[]
  /** How many people have no name. */
  guests: number
}

/** A session has joined (`before` is undefined), left (`after` is undefined) or was renamed. */
export interface PresenceChange {
  before: Name | undefined
  after: Name | undefined
  /** The session that joined was here before its node opened the room, such as before a restart. */
  isBack: boolean
}

/** Calls `action` after `ms` milliseconds, unless the returned function is called before. */
export type Later = (ms: number, action: () => void) => () => void

export interface PresenceOptions {
  /** Milliseconds for which a session stays present after it has disconnected. */
  graceMs: number
  onChange?: (change: PresenceChange) => void
  /** Called when a session on this node has changed (its id), or the number of guests (undefined). */
  onOwnChange?: (session: string | undefined) => void
  /** The timer; by default real time. */
  later?: Later
}

/** A session that is in the room on one node. */
interface Stay {
  name: Name
  isBack: boolean
  /** How many streams and long polls it has on this node; always 1 for another node. At 0 it leaves after `graceMs`. */
  places: number
  /** Stops the timer that removes it. Defined while `places` is 0. */
  stopLeaving?: (() => void) | undefined
}

interface Part {
  stays: Map<string, Stay>
  guests: number
}

/** The key of this node; other nodes have non-empty ids. */
const HERE = ''

/**
 * Who is in a room: for each node, its sessions and its number of guests. The roster and all changes are computed from
 * these parts. Each node changes only its own part, and removes a session `graceMs` after its last connection has
 * closed. The other nodes copy that part; when a node is lost, they remove its sessions after `graceMs` themselves.
 *
 * The roster has each name once, although two sessions may briefly have the same name: the message that one of them is
 * over can arrive late. Call `clear` in the end, because it keeps timers.
 */
export class Presence {
  readonly #options: PresenceOptions
  readonly #here: Part = { stays: new Map(), guests: 0 }
  /** The parts by node id, this node first. */
  readonly #parts = new Map<string, Part>([[HERE, this.#here]])
  /** The names by folded form, with the number of sessions that have each. */
  readonly #names = new Map<string, { text: string; sessions: number }>()

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** Who is in the room, on all nodes. */
  get roster(): Required<Roster> {
    let guests = 0
    for (const part of this.#parts.values()) guests += part.guests
    return { count: this.#names.size + guests, users: Array.from(this.#names.values(), ({ text }) => text), guests }
  }

  /** The spelling of a folded name; undefined when nobody in the room has it. */
  shown(folded: string): string | undefined {
    return this.#names.get(folded)?.text
  }

  /** Whether nobody is connected on this node. Sessions may still be within their `graceMs`. */
  get isEmptyHere(): boolean {
    return this.#here.guests === 0 && [...this.#here.stays.values()].every(({ places }) => places === 0)
  }

  /** How many people are in the room on this node. */
  get ownCount(): number {
    return this.#here.stays.size + this.#here.guests
  }

  /** The ids of the other nodes that have somebody in the room. */
  get others(): string[] {
    return [...this.#parts.keys()].filter((node) => node !== HERE)
  }

  /** The people on a node, by default on this one. */
  part(node = HERE): NodePart {
    const { stays, guests } = this.#part(node)
    return { people: Array.from(stays, ([session, { name, isBack }]) => ({ session, name, isBack })), guests }
  }

  /** Adds a connection on this node. Call the returned function once, when the connection closes. */
  enter(session: Session | undefined, isBack = false): () => void {
    if (!session) {
      this.#addGuests(1)
      return () => this.#addGuests(-1)
    }
    // Keep the name that is known already: the caller's `session` may be from before a rename.
    const stay = this.#here.stays.get(session.id) ?? this.#put(HERE, session.id, session.name, isBack)
    stay.places++
    stopLeaving(stay)
    return () => this.#leave(session.id, stay)
  }

  /** Adds a session that has just taken its name, for `graceMs`; its stream is expected within that time. */
  announce({ id, name }: Session, node = HERE): void {
    const stay = this.#part(node).stays.get(id) ?? this.#put(node, id, name)
    if (stay.places === 0) this.#startLeaving(node, id, stay)
  }

  /** Renames a session; when it is over (undefined), turns its connections into guests'. */
  changeSession(id: string, name: Name | undefined): void {
    for (const [node, { stays }] of this.#parts) {
      const stay = stays.get(id)
      // Another node sends this change itself, unless that node is lost.
      if (!stay || (node !== HERE && stay.places > 0)) continue
      if (name) {
        this.#put(node, id, name)
      } else {
        this.#addGuests(stay.places)
        this.#remove(node, id)
      }
    }
  }

  /** Applies a message of another node. */
  receive({ node, people = [], gone = [], guests, isWhole, hasLeft, announced }: PresenceMessage): void {
    if (announced) this.announce(announced, node)
    if (hasLeft) return this.lose(node)
    const part = this.#part(node)
    part.guests = guests ?? part.guests
    const told = new Set(people.map(({ session }) => session))
    for (const id of isWhole ? part.stays.keys() : gone) if (!told.has(id)) this.#remove(node, id)
    for (const { session, name, isBack } of people) {
      const stay = this.#put(node, session, name, isBack)
      stay.places = 1
      stopLeaving(stay)
    }
    this.#tidy(node)
  }

  /**
   * Replaces the parts of all other nodes, after messages may have been missed. A node that is not in `parts` is lost.
   */
  synchronise(parts: ReadonlyMap<string, NodePart>): void {
    for (const node of this.others) if (!parts.has(node)) this.lose(node)
    for (const [node, part] of parts) this.receive({ node, ...part, isWhole: true })
  }

  /**
   * Removes a node that is gone: its guests at once, its sessions after `graceMs`, since they may reconnect elsewhere.
   */
  lose(node: string): void {
    const part = this.#part(node)
    part.guests = 0
    for (const [id, stay] of part.stays) {
      stay.places = 0
      if (!stay.stopLeaving) this.#startLeaving(node, id, stay)
    }
    this.#tidy(node)
  }

  /** Forgets everybody and stops the timers, without any callback. */
  clear(): void {
    for (const { stays } of this.#parts.values()) for (const stay of stays.values()) stopLeaving(stay)
    this.#here.stays.clear()
    this.#here.guests = 0
    this.#parts.clear()
    this.#names.clear()
  }

  #part(node: string): Part {
    let part = this.#parts.get(node)
    if (!part) this.#parts.set(node, (part = { stays: new Map(), guests: 0 }))
    return part
  }

  #tidy(node: string): void {
    const { stays, guests } = this.#part(node)
    if (node !== HERE && stays.size === 0 && guests === 0) this.#parts.delete(node)
  }

  #addGuests(count: number): void {
    this.#here.guests += count
    if (count !== 0) this.#options.onOwnChange?.(undefined)
  }

  #leave(id: string, stay: Stay): void {
    // The session has ended since, so this connection counts as a guest's now.
    if (this.#here.stays.get(id) !== stay) this.#addGuests(-1)
    else if (--stay.places === 0) this.#startLeaving(HERE, id, stay)
  }

  #startLeaving(node: string, id: string, stay: Stay): void {
    const { graceMs, later = realTime } = this.#options
    stopLeaving(stay)
    stay.stopLeaving = later(graceMs, () => this.#remove(node, id))
  }

  #remove(node: string, id: string): void {
    const stay = this.#part(node).stays.get(id)
    if (!stay) return
    stopLeaving(stay)
    this.#change(node, id, (stays) => stays.delete(id))
    this.#tidy(node)
  }

  /** Adds the session to a node, or renames it there. */
  #put(node: string, id: string, name: Name, isBack = false): Stay {
    const known = this.#part(node).stays.get(id)
    if (known?.name.text === name.text) return known
    const stay: Stay = known ?? { name, isBack, places: 0 }
    this.#change(node, id, (stays) => stays.set(id, Object.assign(stay, { name })), isBack)
    return stay
  }

  /**
   * Edits the sessions of a node, and then updates the names and calls the listeners. Every edit must go through this.
   */
  #change(node: string, id: string, edit: (stays: Map<string, Stay>) => void, isBack = false): void {
    const before = this.#nameOf(id)
    edit(this.#part(node).stays)
    const after = this.#nameOf(id)
    if (node === HERE) this.#options.onOwnChange?.(id)
    if (before?.text === after?.text) return
    if (before) {
      const name = this.#names.get(before.folded)!
      if (--name.sessions === 0) this.#names.delete(before.folded)
    }
    if (after) {
      const sessions = 1 + (this.#names.get(after.folded)?.sessions ?? 0)
      this.#names.set(after.folded, { text: after.text, sessions })
    }
    this.#options.onChange?.({ before, after, isBack })
  }

  /** The name of a session, from the first part that has it: after a rename, nodes report the new name one by one. */
  #nameOf(id: string): Name | undefined {
    for (const { stays } of this.#parts.values()) if (stays.has(id)) return stays.get(id)!.name
    return undefined
  }
}

function stopLeaving(stay: Stay): void {
  stay.stopLeaving?.()
  stay.stopLeaving = undefined
}

/** A `Later` by real timers, which do not keep the process alive. */
export function realTime(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms).unref()
  return () => clearTimeout(timer)
}
