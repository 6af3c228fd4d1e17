import type { Channel, EventStream, Frame, Hub } from '../sse/index.ts'
import { Announcements, type Movement } from './announcements.ts'
import type { Cursor } from './cursor.ts'
import type { Entry } from './entry.ts'
import type { Format } from './format.ts'
import { Presence, type Roster } from './presence.ts'
import type { RoomLog } from './room-log.ts'
import type { Session } from './session.ts'
import { Throttle } from './throttle.ts'
import { judge } from './verdict.ts'

export interface RoomOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  /** Milliseconds between two tellings of who has come and gone. */
  announceMs: number
  /** Milliseconds in which a name is said to be typing once at the most. */
  typingMs: number
  /** How many entries one stream is sent again at the most; a cursor further back is answered with `reset`. */
  replayLimit: number
  onError: (error: unknown) => void
}

export interface Listening {
  format: Format
  /** Where to go on; none for only what comes from now on, `start` for everything that is kept. */
  since?: Cursor | 'start' | undefined
  session?: Session | undefined
}

interface Listener {
  session: Session
  channel: Channel
  format: Format
  leave: () => void
}

/** Above so many names a roster has counts alone, and nobody hears of who comes and goes. */
const MOST_NAMES = 200

/** A conversation while somebody is in it: its streams, in a channel for each format, and who is there. */
export class Room {
  readonly name: string
  readonly #log: RoomLog
  readonly #hub: Hub
  readonly #options: RoomOptions
  readonly #channels = new Map<Format, Channel>()
  /** The streams of those who have a name. */
  readonly #listeners = new Map<EventStream, Listener>()
  readonly #waiting = new Set<() => void>()
  readonly #typing: Throttle
  readonly #presence: Presence
  readonly #announcements: Announcements
  #head = 0
  #stopFollowing: (() => void) | undefined

  constructor(name: string, log: RoomLog, hub: Hub, options: RoomOptions) {
    this.name = name
    this.#log = log
    this.#hub = hub
    this.#options = options
    this.#typing = new Throttle(options.typingMs)
    this.#announcements = new Announcements(options.announceMs, (movements) => this.#announce(movements))
    this.#presence = new Presence({
      graceMs: options.graceMs,
      onJoined: (who) => this.#announcements.add(who, 'joined'),
      onLeft: (who) => this.#announcements.add(who, 'left'),
    })
  }

  async open(): Promise<this> {
    const { head, stop } = await this.#log.follow(this.name, (entries) => this.#receive(entries))
    this.#head = head
    this.#stopFollowing = stop
    return this
  }

  close(): void {
    this.#stopFollowing?.()
    this.#presence.clear()
    this.#announcements.stop()
    this.#typing.stop()
    for (const channel of this.#channels.values()) this.#hub.close(channel)
  }

  /** Whether nobody is here; channels that nobody listens to are closed by the way. */
  get isIdle(): boolean {
    for (const [format, channel] of this.#channels) {
      if (channel.streams.size > 0) continue
      this.#hub.close(channel)
      this.#channels.delete(format)
    }
    return this.#channels.size === 0 && this.#waiting.size === 0 && this.#presence.isEmpty
  }

  /** The number of the newest entry that has come here. */
  get head(): number {
    return this.#head
  }

  get roster(): Required<Roster> {
    return this.#presence.roster()
  }

  /** The sessions of those who listen here. */
  get sessions(): Iterable<Session> {
    return Array.from(this.#listeners.values(), ({ session }) => session)
  }

  /** Sends into `stream` what happens here, after what it has missed, until it closes. */
  async listen(stream: EventStream, { format, since, session }: Listening): Promise<void> {
    const extent = await this.#log.extent(this.name)
    if (stream.destroyed) return
    const { cursor, ...verdict } = judge(this.name, since, {
      epoch: this.#log.epoch,
      first: extent.first,
      // The log may be ahead of what has come here, and a cursor is good when the log knows it.
      head: since === undefined ? this.#head : Math.max(extent.head, this.#head),
      replayLimit: this.#options.replayLimit,
    })
    const channel = this.#channel(format)
    this.#enter(stream, channel, format, session)
    channel.join(stream, format.opening(verdict), cursor)
  }

  /** Somebody has taken a name here. */
  announce({ name }: Session): void {
    this.#presence.announce(name)
  }

  /** The session goes by another name from now on, or is over: its streams go on as a guest's. They are told so. */
  changeSession(before: Session, after: Session | undefined): void {
    for (const [stream, listener] of this.#listeners) {
      if (listener.session.id !== before.id) continue
      listener.leave()
      listener.leave = this.#presence.enter(after?.name)
      if (after) listener.session = after
      else this.#listeners.delete(stream)
      const frame = listener.format.session(after?.name.text ?? null)
      if (frame) listener.channel.tell(stream, frame)
    }
    this.#presence.dismiss(before.name)
  }

  typing({ name: { text, folded } }: Session): void {
    if (this.#typing.passes(folded)) this.#pass((format) => format.typing(text))
  }

  /** Resolves when there are entries after `number`, after `ms`, or on abort. Whoever waits is here meanwhile. */
  async wait(number: number, ms: number, signal: AbortSignal, session?: Session): Promise<void> {
    if (this.#head > number || ms === 0 || signal.aborted) return
    const leave = this.#presence.enter(session?.name)
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.#waiting.add(done)
    })
    leave()
  }

  #enter(stream: EventStream, channel: Channel, format: Format, session: Session | undefined): void {
    const leave = this.#presence.enter(session?.name)
    if (!session) {
      stream.once('close', leave)
      return
    }
    const listener = { session, channel, format, leave }
    this.#listeners.set(stream, listener)
    stream.once('close', () => {
      this.#listeners.delete(stream)
      listener.leave()
    })
  }

  #channel(format: Format): Channel {
    let channel = this.#channels.get(format)
    if (!channel) {
      channel = this.#hub.open({
        head: this.#head,
        source: {
          read: async (after, limit) => {
            const entries = await this.#log.read(this.name, after, limit)
            return entries.map((entry) => format.entry(entry))
          },
        },
        lost: (head) => format.lost(this.name, head),
        snapshot: () => format.roster(this.#shownRoster()),
        heartbeat: (now) => format.heartbeat(now),
        closing: (retryMs) => format.closing(retryMs),
        onError: this.#options.onError,
      })
      this.#channels.set(format, channel)
    }
    return channel
  }

  #shownRoster(): Roster {
    const { users, ...counts } = this.#presence.roster()
    return users.length > MOST_NAMES ? counts : { ...counts, users }
  }

  #announce(movements: ReadonlyMap<string, Movement>): void {
    if (this.#presence.named > MOST_NAMES) {
      this.#pass((format) => format.roster(this.#shownRoster()))
      return
    }
    for (const [who, movement] of movements) this.#pass((format) => format[movement](who))
  }

  #receive(entries: Entry[]): void {
    this.#head += entries.length
    for (const [format, channel] of this.#channels) channel.append(entries.map((entry) => format.entry(entry)))
    for (const wake of this.#waiting) wake()
  }

  #pass(say: (format: Format) => Frame | undefined): void {
    for (const [format, channel] of this.#channels) {
      const frame = say(format)
      if (frame) channel.pass(frame)
    }
  }
}
