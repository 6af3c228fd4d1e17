import type { Channel, EventStream, Frame } from '../../sse/index.ts'
import { Announcements, type Announcement } from './announcements.ts'
import type { Format } from '../format/format.ts'
import type { Name } from '../names/name.ts'
import type { Neighbours, PresenceLink } from './neighbours.ts'
import { Presence, type Roster } from './presence.ts'
import type { Session } from '../names/session.ts'

export interface AudienceOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  /** Milliseconds between two announcements of who has come and gone. */
  announceMs: number
  /** Milliseconds in which a name is said to be typing once at the most. */
  typingMs: number
}

/** Sends what each format makes of something to everybody who listens in that format. */
export type Broadcast = (say: (format: Format) => Frame | undefined) => void

/** A stream of somebody who has a name. */
interface Listener {
  session: Session
  channel: Channel
  format: Format
}

/** Above so many names a roster has counts alone, and nobody hears of who comes and goes. */
const MOST_NAMES = 200
/** Names that are known to have typed; beyond that all are forgotten. */
const MOST_TYPISTS = 1000

/**
 * Everybody in a room, and what those who listen are told of each other. Call `join` before anybody enters, and `clear`
 * in the end.
 */
export class Audience {
  readonly #broadcast: Broadcast
  readonly #graceMs: number
  readonly #listeners = new Map<EventStream, Listener>()
  readonly #presence: Presence
  readonly #announcements: Announcements
  readonly #typingMs: number
  /** When it was last said of each name that it is typing, as `performance.now()` counts. */
  readonly #typedAt = new Map<string, number>()
  /** None until the room is open, and again when it is closed. */
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

  /** Begins to share with other nodes who is in the room. Rejects when that cannot be done now. */
  async join(room: string, neighbours: Neighbours): Promise<void> {
    const link = await neighbours.join(room, this.#presence, (name) => this.#sayTyping(name))
    if (this.#isOver) return void link.leave()
    this.#link = link
    this.#openedAt = performance.now()
    this.#announcements.start()
  }

  /** Whether nobody is here by this node. */
  get isEmpty(): boolean {
    return this.#presence.isEmptyHere
  }

  /** How many are here. */
  get count(): number {
    return this.roster.count
  }

  get roster(): Required<Roster> {
    return this.#presence.roster
  }

  /** The roster as a stream is sent it. */
  get shownRoster(): Roster {
    const { count, users, guests } = this.roster
    return users.length > MOST_NAMES ? { count, guests } : { count, users, guests }
  }

  /** The sessions of those who listen. */
  get sessions(): Session[] {
    return Array.from(this.#listeners.values(), ({ session }) => session)
  }

  /** Whoever listens by a stream is here until it closes; `hasCursor` if it goes on from where another one ended. */
  enter(stream: EventStream, channel: Channel, format: Format, session: Session | undefined, hasCursor: boolean): void {
    stream.on('close', this.visit(session, hasCursor))
    if (!session) return
    this.#listeners.set(stream, { session, channel, format })
    stream.on('close', () => this.#listeners.delete(stream))
  }

  /** Whoever is here without a stream is so until the returned function is called. */
  visit(session: Session | undefined, hasCursor: boolean): () => void {
    // When the server has restarted, everybody comes back: they were here before, and have not joined.
    const isBack = hasCursor && performance.now() - this.#openedAt < this.#graceMs
    return this.#presence.enter(session, isBack)
  }

  /** Somebody has taken a name here. */
  announce(session: Session): void {
    this.#presence.announce(session)
  }

  /** The session goes by another name from now on, or is over: its streams go on as a guest's. They are told so. */
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

  /** Says that somebody is typing; false when that was said a moment ago. */
  typing({ name }: Session): boolean {
    return this.#sayTyping(name)
  }

  /** Forgets everybody, without a word; other nodes are told that nobody is here any more. */
  clear(): void {
    this.#isOver = true
    void this.#link?.leave()
    this.#link = undefined
    this.#presence.clear()
    this.#announcements.stop()
  }

  #sayTyping({ text, folded }: Name): boolean {
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
