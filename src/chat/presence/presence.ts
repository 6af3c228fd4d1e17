import type { Name } from '../names/name.ts'
import type { Session } from '../names/session.ts'
import type { NodePart, PresenceMessage } from './presence-message.ts'

export interface Roster {
  /** Everybody: the named and the guests. */
  count: number
  /** The names of those who have one; left out when there are too many. */
  users?: string[]
  /** How many listen without a name. */
  guests: number
}

/** A session has come (`before` is undefined), has gone (`after` is undefined) or goes by another name. */
export interface PresenceChange {
  before: Name | undefined
  after: Name | undefined
  /** Who has come was here before the room was opened on their node. */
  isBack: boolean
}

/** Calls `action` in `ms`, unless the returned function is called before. */
export type Later = (ms: number, action: () => void) => () => void

export interface PresenceOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  onChange?: (change: PresenceChange) => void
  /** Called when this node's part has changed: of one session, or the number of guests (undefined). */
  onOwnChange?: (session: string | undefined) => void
  /** Real time by default. */
  later?: Later
}

/** A session on one node. */
interface Stay {
  name: Name
  isBack: boolean
  /** Streams and long polls on this node; on another one, 1. At 0 the session has `graceMs` to come back. */
  places: number
  /** Defined while there are no places. */
  stopLeaving?: (() => void) | undefined
}

interface Part {
  stays: Map<string, Stay>
  guests: number
}

/** This node, among others whose names are not empty. */
const HERE = ''

/**
 * Who is in a room: the sessions and the number of guests that each node has there. Names, counts and changes follow from
 * that. Each node changes its own part only, and keeps a session in it until `graceMs` after its last place has closed;
 * the others take over what it tells, and give that time themselves to the sessions of a node that is lost.
 *
 * A name is here once, whoever goes by it: while the end of a session has not arrived, two sessions may go by one name.
 * Call `clear` in the end, since there are timers.
 */
export class Presence {
  readonly #options: PresenceOptions
  readonly #here: Part = { stays: new Map(), guests: 0 }
  /** By node, this one first. */
  readonly #parts = new Map<string, Part>([[HERE, this.#here]])
  /** By folded form, and how many sessions go by each. */
  readonly #names = new Map<string, { text: string; sessions: number }>()

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  get roster(): Required<Roster> {
    let guests = 0
    for (const part of this.#parts.values()) guests += part.guests
    return { count: this.#names.size + guests, users: Array.from(this.#names.values(), ({ text }) => text), guests }
  }

  /** The name as it is shown; undefined when nobody here goes by it. */
  shown(folded: string): string | undefined {
    return this.#names.get(folded)?.text
  }

  /** Whether nobody has a place on this node; some may still have time to come back. */
  get isEmptyHere(): boolean {
    return this.#here.guests === 0 && [...this.#here.stays.values()].every(({ places }) => places === 0)
  }

  /** How many this node has. */
  get ownCount(): number {
    return this.#here.stays.size + this.#here.guests
  }

  /** The other nodes that have somebody. */
  get others(): string[] {
    return [...this.#parts.keys()].filter((node) => node !== HERE)
  }

  /** What this node has, or what another one is known to have. */
  part(node = HERE): NodePart {
    const { stays, guests } = this.#part(node)
    return { people: Array.from(stays, ([session, { name, isBack }]) => ({ session, name, isBack })), guests }
  }

  /** Takes a place on this node. Call the returned function once, to leave it. */
  enter(session: Session | undefined, isBack = false): () => void {
    if (!session) {
      this.#addGuests(1)
      return () => this.#addGuests(-1)
    }
    // A name that is known already is the newer one: the caller may have waited since it asked for the session.
    const stay = this.#here.stays.get(session.id) ?? this.#put(HERE, session.id, session.name, isBack)
    stay.places++
    stopLeaving(stay)
    return () => this.#leave(session.id, stay)
  }

  /** Somebody has taken a name by a node, and is here for `graceMs`, in which their stream may follow. */
  announce({ id, name }: Session, node = HERE): void {
    const stay = this.#part(node).stays.get(id) ?? this.#put(node, id, name)
    if (stay.places === 0) this.#startLeaving(node, id, stay)
  }

  /** The session goes by another name, or is over (undefined): then its places are guests' places. */
  changeSession(id: string, name: Name | undefined): void {
    for (const [node, { stays }] of this.#parts) {
      const stay = stays.get(id)
      // Another node tells of its part itself, unless it is lost.
      if (!stay || (node !== HERE && stay.places > 0)) continue
      if (name) {
        this.#put(node, id, name)
      } else {
        this.#addGuests(stay.places)
        this.#remove(node, id)
      }
    }
  }

  /** Another node tells what has changed of its part, or all of it. */
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

  /** All that other nodes have, whatever was told or missed before. A node that is not in it is lost. */
  synchronise(parts: ReadonlyMap<string, NodePart>): void {
    for (const node of this.others) if (!parts.has(node)) this.lose(node)
    for (const [node, part] of parts) this.receive({ node, ...part, isWhole: true })
  }

  /** Another node is gone. Its guests have left; those with a name may come back by this node or another. */
  lose(node: string): void {
    const part = this.#part(node)
    part.guests = 0
    for (const [id, stay] of part.stays) {
      stay.places = 0
      if (!stay.stopLeaving) this.#startLeaving(node, id, stay)
    }
    this.#tidy(node)
  }

  /** Forgets everybody, without a word. */
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
    // Its session is over, so it has become a guest's place.
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

  /** The session's stay on a node, by this name from now on. */
  #put(node: string, id: string, name: Name, isBack = false): Stay {
    const known = this.#part(node).stays.get(id)
    if (known?.name.text === name.text) return known
    const stay: Stay = known ?? { name, isBack, places: 0 }
    this.#change(node, id, (stays) => stays.set(id, Object.assign(stay, { name })), isBack)
    return stay
  }

  /** Every change of a stay comes this way, so that the names follow. */
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

  /** The name of a session. Nodes hear of a new name one after the other; here it counts once the first part has it. */
  #nameOf(id: string): Name | undefined {
    for (const { stays } of this.#parts.values()) if (stays.has(id)) return stays.get(id)!.name
    return undefined
  }
}

function stopLeaving(stay: Stay): void {
  stay.stopLeaving?.()
  stay.stopLeaving = undefined
}

/** Real time, which does not keep the process alive. */
export function realTime(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms).unref()
  return () => clearTimeout(timer)
}
