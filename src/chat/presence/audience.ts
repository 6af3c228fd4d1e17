import type { Channel, EventStream, Frame } from '../../sse/index.ts'
import { Announcements, type Movement } from './announcements.ts'
import type { Format } from '../format/format.ts'
import { LocalPeople } from './local-people.ts'
import type { Name } from '../names/name.ts'
import type { Announcer, RoomNews } from './neighbours.ts'
import { Presence, type Roster } from './presence.ts'
import { RemotePeople } from './remote-people.ts'
import type { Session } from '../names/session.ts'
import { Throttle } from './throttle.ts'

export interface AudienceOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  /** Milliseconds between two tellings of who has come and gone. */
  announceMs: number
  /** Milliseconds in which a name is said to be typing once at the most. */
  typingMs: number
}

/** Sends what each format makes of something to everybody who listens in that format. */
export type Pass = (say: (format: Format) => Frame | undefined) => void

/** A stream of somebody who has a name. */
interface Listener {
  session: Session
  channel: Channel
  format: Format
  leave: () => void
}

/** Above so many names a roster has counts alone, and nobody hears of who comes and goes. */
const MOST_NAMES = 200

/** Everybody in a room, and what they are told of each other. */
export class Audience {
  readonly #pass: Pass
  readonly #listeners = new Map<EventStream, Listener>()
  readonly #presence: Presence
  readonly #local = new LocalPeople()
  readonly #remote: RemotePeople
  readonly #announcements: Announcements
  readonly #typing: Throttle

  constructor({ graceMs, announceMs, typingMs }: AudienceOptions, pass: Pass) {
    this.#pass = pass
    this.#typing = new Throttle(typingMs)
    this.#announcements = new Announcements(announceMs, (movements) => this.#announce(movements))
    this.#presence = new Presence({
      graceMs,
      onJoined: (who) => this.#announcements.add(who, 'joined'),
      onLeft: (who) => this.#announcements.add(who, 'left'),
    })
    this.#remote = new RemotePeople(this.#presence)
  }

  /** Whether nobody is here by this node. */
  get isEmpty(): boolean {
    return this.#local.isEmpty
  }

  /** What is to be heard of those who are here by other nodes. */
  get news(): RoomNews {
    return {
      arrived: (node, name) => this.#remote.arrived(node, name),
      departed: (node, folded) => this.#remote.departed(node, folded),
      guests: (node, count) => this.#remote.guests(node, count),
      announced: (name) => this.#presence.announce(name),
      typing: (name) => this.#hearTyping(name),
    }
  }

  /** From now on other nodes are told of those who are here by this one. */
  meet(announcer: Announcer): void {
    this.#local.announcer = announcer
  }

  /** How many are here. */
  get count(): number {
    return this.#presence.count
  }

  get roster(): Required<Roster> {
    return this.#presence.roster()
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

  /** Whoever listens by a stream is here until it closes. */
  enter(stream: EventStream, channel: Channel, format: Format, session: Session | undefined): void {
    const leave = this.visit(session)
    if (!session) {
      stream.on('close', leave)
      return
    }
    const listener = { session, channel, format, leave }
    this.#listeners.set(stream, listener)
    stream.on('close', () => {
      this.#listeners.delete(stream)
      listener.leave()
    })
  }

  /** Whoever is here without a stream is so until the returned function is called. */
  visit(session: Session | undefined): () => void {
    const leave = this.#presence.enter(session?.name)
    const depart = this.#local.enter(session?.name)
    return () => {
      leave()
      depart()
    }
  }

  /** Somebody has taken a name here. */
  announce({ name }: Session): void {
    this.#presence.announce(name)
    this.#local.announcer?.announced(name)
  }

  /** The session goes by another name from now on, or is over: its streams go on as a guest's. They are told so. */
  changeSession(before: Session, after: Session | undefined): void {
    for (const [stream, listener] of this.#listeners) {
      if (listener.session.id !== before.id) continue
      listener.leave()
      listener.leave = this.visit(after)
      if (after) listener.session = after
      else this.#listeners.delete(stream)
      const frame = listener.format.session?.(after?.name.text ?? null)
      if (frame) listener.channel.tell(stream, frame)
    }
    this.#presence.dismiss(before.name)
  }

  typing({ name }: Session): void {
    if (this.#hearTyping(name)) this.#local.announcer?.typing(name)
  }

  /** Forgets everybody, without a word; other nodes are told that nobody is here any more. */
  clear(): void {
    this.#local.announcer?.leave()
    this.#local.announcer = undefined
    this.#presence.clear()
    this.#announcements.stop()
    this.#typing.stop()
  }

  #hearTyping({ text, folded }: Name): boolean {
    const passes = this.#typing.passes(folded)
    if (passes) this.#pass((format) => format.typing?.(text))
    return passes
  }

  #announce(movements: ReadonlyMap<string, Movement>): void {
    if (this.#presence.named > MOST_NAMES) {
      this.#pass((format) => format.roster?.(this.shownRoster))
      return
    }
    for (const [who, movement] of movements) this.#pass((format) => format[movement](who))
  }
}
