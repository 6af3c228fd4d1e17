import type { Channel, EventStream, Hub } from '../sse/index.ts'
import type { Cursor } from './cursor.ts'
import type { Entry } from './entry.ts'
import type { Format, Verdict } from './format.ts'
import type { Name } from './name.ts'
import { Presence, type Roster } from './presence.ts'
import type { Extent, RoomLog } from './room-log.ts'

export interface RoomOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  /** How many entries one stream is sent again at the most; a cursor further back is answered with `reset`. */
  replayLimit: number
  onError: (error: unknown) => void
}

export interface Listening {
  format: Format
  /** Where to go on; none for only what comes from now on, `start` for everything that is kept. */
  since?: Cursor | 'start' | undefined
  /** The listener's name, if there is a session. */
  name?: Name | undefined
}

/** A conversation while somebody is in it: its streams, in a channel for each format, and who is there. */
export class Room {
  readonly name: string
  readonly #log: RoomLog
  readonly #hub: Hub
  readonly #options: RoomOptions
  readonly #channels = new Map<Format, Channel>()
  readonly #waiting = new Set<() => void>()
  readonly #presence: Presence
  #head = 0
  #stopFollowing: (() => void) | undefined

  constructor(name: string, log: RoomLog, hub: Hub, options: RoomOptions) {
    this.name = name
    this.#log = log
    this.#hub = hub
    this.#options = options
    this.#presence = new Presence({
      graceMs: options.graceMs,
      onJoined: (who) => this.#pass((format) => format.joined(who)),
      onLeft: (who) => this.#pass((format) => format.left(who)),
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

  get roster(): Roster {
    return this.#presence.roster()
  }

  /** Sends into `stream` what happens here, after what it has missed, until it closes. */
  async listen(stream: EventStream, { format, since, name }: Listening): Promise<void> {
    const extent = await this.#log.extent(this.name)
    if (stream.destroyed) return
    const leave = this.#presence.enter(name)
    stream.once('close', leave)
    const { cursor, ...verdict } = this.#judge(since, extent)
    this.#channel(format).join(stream, format.opening(verdict), cursor)
  }

  /** Somebody has taken a name here. */
  announce(name: Name): void {
    this.#presence.announce(name)
  }

  typing(name: Name): void {
    this.#pass((format) => format.typing(name.text))
  }

  /** Resolves when there are entries after `number`, after `ms`, or when `signal` aborts. The waiting one is here meanwhile. */
  async wait(number: number, ms: number, signal: AbortSignal, name?: Name): Promise<void> {
    if (this.#head > number || ms === 0 || signal.aborted) return
    const leave = this.#presence.enter(name)
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

  #judge(since: Listening['since'], { first, head }: Extent): Verdict & { cursor: number } {
    const room = this.name
    if (since === undefined) return { room, resume: 'live', replayed: 0, head: this.#head, cursor: this.#head }
    // The log may be ahead of what has come here; a cursor is good when the log knows it.
    const newest = Math.max(head, this.#head)
    const cursor = since === 'start' ? first - 1 : since.number
    const isKnown = since === 'start' || since.epoch === this.#log.epoch
    const replayed = newest - cursor
    if (!isKnown || cursor < first - 1 || replayed < 0 || replayed > this.#options.replayLimit) {
      return { room, resume: 'reset', replayed: 0, head: newest, cursor: newest }
    }
    return { room, resume: 'resumed', replayed, head: newest, cursor }
  }

  #channel(format: Format): Channel {
    let channel = this.#channels.get(format)
    if (!channel) {
      channel = this.#hub.open({
        head: this.#head,
        source: {
          read: async (after, limit) =>
            (await this.#log.read(this.name, after, limit)).map((entry) => format.entry(entry)),
        },
        lost: (head) => format.lost(this.name, head),
        snapshot: () => format.roster(this.roster),
        heartbeat: (now) => format.heartbeat(now),
        closing: (retryMs) => format.closing(retryMs),
        onError: this.#options.onError,
      })
      this.#channels.set(format, channel)
    }
    return channel
  }

  #receive(entries: Entry[]): void {
    this.#head += entries.length
    for (const [format, channel] of this.#channels) channel.append(entries.map((entry) => format.entry(entry)))
    for (const wake of this.#waiting) wake()
  }

  #pass(tell: (format: Format) => ReturnType<Format['typing']>): void {
    for (const [format, channel] of this.#channels) {
      const frame = tell(format)
      if (frame) channel.pass(frame)
    }
  }
}
