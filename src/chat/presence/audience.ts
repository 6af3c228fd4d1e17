import type { Channel, EventStream, Frame } from '../../sse/index.ts'
import { Announcements, type Announcement } from './announcements.ts'
import type { Format } from '../format/format.ts'
import type { Name } from '../names/name.ts'
import type { Neighbours, PresenceLink } from './neighbours.ts'
import { Presence, type Roster } from './presence.ts'
import type { Session } from '../names/session.ts'

export interface AudienceOptions {
  /** Milliseconds within which a client that reconnects is not announced as having left. */
  graceMs: number
  /** Milliseconds between two announcements of who joined and left. */
  announceMs: number
  /** Milliseconds within which a room gets at most one typing notice for each name. */
  typingMs: number
}

/** Calls `encode` once for each format in use, and sends the frame, if there is one, to all streams of that format. */
export type Broadcast = (encode: (format: Format) => Frame | undefined) => void

/** What is known of a stream whose client has a session. */
interface Listener {
  session: Session
  channel: Channel
  format: Format
}

/** In a room with more names, rosters contain only counts, and nobody is announced. */
const MOST_NAMES = 200
/** How many names `#typedAt` holds; at this size it is cleared. */
const MOST_TYPISTS = 1000

/**
 * Knows who is in a room, and tells its streams who joins, leaves, is renamed or types. Call `join` before anybody
 * enters, and `clear` in the end.
 */
export class Audience {
  readonly #broadcast: Broadcast
  readonly #graceMs: number
  readonly #listeners = new Map<EventStream, Listener>()
  readonly #presence: Presence
  readonly #announcements: Announcements
  readonly #typingMs: number
  /** For each folded name, when its last typing notice was sent, in `performance.now()` milliseconds. */
  readonly #typedAt = new Map<string, number>()
  /** Undefined before `join` has resolved, and after `clear`. */
  #link: PresenceLink | undefined
  #openedAt = 0
  #isOver = false

  constructor({ graceMs, announceMs, typingMs }: AudienceOptions, broadcast: Broadcast) {
    this.#broadcast = broadcast
    this.#graceMs = graceMs
    this.#typingMs = typingMs
    this.#presence = new Presence({
      graceMs,
      onChange: (change) => this.#announcements.add(change),
      onOwnChange: (session) => this.#link?.changed(session),
    })
    this.#announcements = new Announcements(this.#presence, announceMs, (announcement) => this.#announce(announcement))
  }

  /** Starts to share with other nodes who is in the room. Rejects with the Refusal `store_unreachable`. */
  async join(room: string, neighbours: Neighbours): Promise<void> {
    const link = await neighbours.join(room, this.#presence, (name) => this.#announceTyping(name))
    if (this.#isOver) return void link.leave()
    this.#link = link
    this.#openedAt = performance.now()
    this.#announcements.start()
  }

  /** Whether nobody is connected to the room on this node. */
  get isEmpty(): boolean {
    return this.#presence.isEmptyHere
  }

  /** How many people are in the room, on all nodes. */
  get count(): number {
    return this.roster.count
  }

  /** Who is in the room, on all nodes. */
  get roster(): Required<Roster> {
    return this.#presence.roster
  }

  /** The roster as it is sent to streams: without the names of a crowd. */
  get shownRoster(): Roster {
    const { count, users, guests } = this.roster
    return users.length > MOST_NAMES ? { count, guests } : { count, users, guests }
  }

  /** The sessions of the streams here; one that has several streams appears several times. */
  get sessions(): Session[] {
    return Array.from(this.#listeners.values(), ({ session }) => session)
  }

  /** Counts a stream's client as present until the stream closes. `hasCursor`: the stream resumes an earlier one. */
  enter(stream: EventStream, channel: Channel, format: Format, session: Session | undefined, hasCursor: boolean): void {
    stream.on('close', this.visit(session, hasCursor))
    if (!session) return
    this.#listeners.set(stream, { session, channel, format })
    stream.on('close', () => this.#listeners.delete(stream))
  }

  /** Counts a client without a stream as present until the returned function is called. */
  visit(session: Session | undefined, hasCursor: boolean): () => void {
    // After a restart of the server all clients reconnect. They were here before, so do not announce them as joined.
    const isBack = hasCursor && performance.now() - this.#openedAt < this.#graceMs
    return this.#presence.enter(session, isBack)
  }

  /**
   * Counts a session that has just taken its name in this room as present, for `graceMs` or until its stream follows.
   */
  announce(session: Session): void {
    this.#presence.announce(session)
  }

  /** Renames a session, or turns its streams into guests' when it is over (undefined). Tells its streams. */
  changeSession({ id }: Session, after: Session | undefined): void {
    this.#presence.changeSession(id, after?.name)
    for (const [stream, listener] of this.#listeners) {
      if (listener.session.id !== id) continue
      if (after) listener.session = after
      else this.#listeners.delete(stream)
      const frame = listener.format.session?.(after?.name.text ?? null)
      if (frame) listener.channel.tell(stream, frame)
    }
  }

  /**
   * Sends a typing notice. Returns false, and sends none, when the last one of this name is less than `typingMs` ago.
   */
  typing({ name }: Session): boolean {
    return this.#announceTyping(name)
  }

  /**
   * Forgets everybody without an announcement here. Tells the other nodes that this node has nobody in the room now.
   */
  clear(): void {
    this.#isOver = true
    void this.#link?.leave()
    this.#link = undefined
    this.#presence.clear()
    this.#announcements.stop()
  }

  #announceTyping({ text, folded }: Name): boolean {
    const now = performance.now()
    if (now - (this.#typedAt.get(folded) ?? -Infinity) < this.#typingMs) return false
    if (this.#typedAt.size >= MOST_TYPISTS) this.#typedAt.clear()
    this.#typedAt.set(folded, now)
    this.#broadcast((format) => format.typing?.(text))
    return true
  }

  #announce({ joined, left, renamed, isQuiet }: Announcement): void {
    const isCrowd = this.roster.users.length > MOST_NAMES
    if (!isCrowd) {
      for (const names of renamed) this.#broadcast((format) => format.renamed(...names))
      for (const name of left) this.#broadcast((format) => format.left(name))
      for (const name of joined) this.#broadcast((format) => format.joined(name))
    }
    if (isCrowd || isQuiet) this.#broadcast((format) => format.roster?.(this.shownRoster))
  }
}
