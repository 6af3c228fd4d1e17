import { setTimeout as delay } from 'node:timers/promises'
import type { Channel, EventStream, Hub } from '../../sse/index.ts'
import { Audience, type AudienceOptions, type Broadcast } from '../presence/audience.ts'
import type { Cursor } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import { RETRY_MS, type Format } from '../format/format.ts'
import type { Neighbours } from '../presence/neighbours.ts'
import { isUnreachable, Refusal } from '../refusal.ts'
import type { Following, RoomLog } from '../log/room-log.ts'
import type { Session } from '../names/session.ts'
import type { Observer } from './observer.ts'
import { fromNow, resolveCursor, type ResolvedCursor } from './resumption.ts'

export interface RoomOptions extends AudienceOptions {
  /** How many entries one stream is sent again at the most; a cursor further back is answered with `reset`. */
  replayLimit: number
  observer: Observer
  onError: (error: unknown) => void
}

export interface Listening {
  format: Format
  /** Where to go on; none for only what comes from now on, `start` for everything that is kept. */
  since?: Cursor | 'start' | undefined
  session?: Session | undefined
}

const READ_AGAIN_MS = 300
/** Milliseconds over which the clients come back when a room ends under them. */
const COME_BACK_MS = 3000

/**
 * A conversation while somebody is in it: its streams, in a channel for each format, and who is there. It lasts as long
 * as it can follow its log in one epoch. When that ends, it ends its streams; their clients come back to another Room.
 * Whoever makes one must open it, drop it when `ended` resolves, and close it when it is empty.
 */
export class Room {
  readonly name: string
  readonly audience: Audience
  /** Resolves when the room is closed, by whomever: nobody can listen in it any more. */
  readonly ended: Promise<void>
  readonly #log: RoomLog
  readonly #hub: Hub
  readonly #options: RoomOptions
  readonly #channels = new Map<Format, Channel>()
  readonly #waiting = new Set<() => void>()
  /** None until the room is open. */
  #following: Following | undefined
  #head = 0
  #isClosed = false
  #resolveEnded = (): void => {}
  /** Milliseconds from when the newest entries were said to when they came here. */
  #ageMs = 0

  constructor(name: string, log: RoomLog, hub: Hub, options: RoomOptions) {
    this.name = name
    this.#log = log
    this.#hub = hub
    this.#options = options
    this.audience = new Audience(options, (say) => this.#pass(say))
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
  }

  /** Rejects with the Refusal `store_unreachable` when the store cannot be followed now; the room is closed then. */
  async open(neighbours: Neighbours): Promise<this> {
    this.#following = await this.#log.follow(
      this.name,
      (entries) => this.#receive(entries),
      (isReachable) => this.#pass((format) => format.store(isReachable)),
    )
    this.#head = Math.max(this.#head, this.#following.head)
    void this.#following.ended.then(() => this.#end())
    try {
      await this.audience.join(this.name, neighbours)
      // The feed may have ended while the other nodes were asked.
      if (this.#isClosed) throw new Refusal('store_unreachable', 1)
    } catch (error) {
      this.close()
      this.audience.clear()
      throw error
    }
    return this
  }

  /** Ends every wait, also one that begins later. The streams must have ended, or be ended by the hub. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const wake of this.#waiting) wake()
    this.#following?.stop()
    this.audience.clear()
    for (const channel of this.#channels.values()) this.#hub.close(channel)
    this.#resolveEnded()
  }

  /** Closes the channels that nobody listens to. */
  closeUnusedChannels(): void {
    for (const [format, channel] of this.#channels) {
      if (channel.streams.size > 0) continue
      this.#hub.close(channel)
      this.#channels.delete(format)
    }
  }

  /** Whether nobody is here, and no channel is open. */
  get isEmpty(): boolean {
    return this.#channels.size === 0 && this.#waiting.size === 0 && this.audience.isEmpty
  }

  /** The epoch of all that is sent here. */
  get epoch(): string {
    return this.#following!.epoch
  }

  /** The number of the newest entry that has come here. */
  get head(): number {
    return this.#head
  }

  /**
   * Sends into `stream` what happens here, after what it has missed, until it closes. Rejects with the Refusal
   * `store_unreachable` when the room has ended, or is about to: the caller must ask for another.
   */
  async listen(stream: EventStream, { format, since, session }: Listening): Promise<void> {
    const resolved = since === undefined ? fromNow(this.name, this.#head) : await this.#resolve(since)
    if (stream.destroyed) return
    if (this.#isClosed || !resolved) {
      if (!this.#hub.isEnding) throw new Refusal('store_unreachable', 1)
      stream.end(format.closing(RETRY_MS))
      return
    }
    this.#options.observer.resumed(resolved.resumption.resume)
    const channel = this.#channel(format)
    this.audience.enter(stream, channel, format, session, typeof since === 'object')
    channel.join(stream, format.opening(this.epoch, resolved), resolved.cursor)
  }

  /** Resolves when there may be entries after `cursor`, after `ms`, or on abort. Whoever waits is here meanwhile. */
  async wait(cursor: Cursor, ms: number, signal: AbortSignal, session?: Session): Promise<void> {
    if (cursor.epoch !== this.epoch || this.#head > cursor.number || this.#isClosed || signal.aborted) return
    const leave = this.audience.visit(session, true)
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

  /** Ends every stream, each with its own time to come back, since nothing comes any more. */
  #end(): void {
    const retryMs = () => 1000 + Math.floor(Math.random() * COME_BACK_MS)
    for (const channel of this.#channels.values()) channel.end(retryMs)
    this.close()
  }

  /** Undefined when the log has another epoch: then this room is about to end. */
  async #resolve(since: Cursor | 'start'): Promise<ResolvedCursor | undefined> {
    const extent = await this.#log.extent(this.name)
    if (extent.epoch !== this.epoch) return undefined
    // The log may be ahead of what has come here, and a cursor is good when the log knows it.
    const head = Math.max(extent.head, this.#head)
    return resolveCursor(this.name, since, { ...extent, head }, this.#options.replayLimit)
  }

  #channel(format: Format): Channel {
    let channel = this.#channels.get(format)
    if (!channel) {
      channel = this.#hub.open({
        head: this.#head,
        source: {
          read: async (after, limit) => {
            const entries = await this.#read(after, limit)
            return entries.map((entry) => format.entry(this.epoch, entry))
          },
        },
        lost: (head) => format.lost(this.epoch, this.name, head),
        snapshot: () => format.roster?.(this.audience.shownRoster),
        heartbeat: (now) => format.heartbeat(now),
        closing: (retryMs) => format.closing(retryMs),
        onSent: (ms) => this.#options.observer.delivered(ms + this.#ageMs),
        onError: this.#options.onError,
      })
      this.#channels.set(format, channel)
    }
    return channel
  }

  /** A stream that is behind waits for a store that cannot be reached, as those that are live do. */
  async #read(after: number, limit: number): Promise<Entry[]> {
    while (!this.#isClosed) {
      try {
        const { epoch, entries } = await this.#log.read(this.name, after, limit)
        if (epoch === this.epoch) return entries
      } catch (error) {
        if (!isUnreachable(error)) throw error
      }
      await delay(READ_AGAIN_MS)
    }
    // Its streams have ended, so nobody sees that nothing is there.
    return []
  }

  #receive(entries: Entry[]): void {
    this.#head = entries.at(-1)!.number
    // The clock may have been set back, and that of another node be ahead.
    this.#ageMs = Math.max(0, Date.now() - (entries[0]?.at ?? 0))
    const isErasing = entries.some(({ event }) => event === 'deleted')
    for (const [format, channel] of this.#channels) {
      channel.append(entries.map((entry) => format.entry(this.epoch, entry)))
      if (isErasing) channel.reread()
    }
    this.#hub.hurry()
    for (const wake of this.#waiting) wake()
  }

  #pass(say: Parameters<Broadcast>[0]): void {
    for (const [format, channel] of this.#channels) {
      const frame = say(format)
      if (frame) channel.pass(frame)
    }
  }
}
