import { setTimeout as delay } from 'node:timers/promises'
import type { Channel, EventStream, Hub } from '../../sse/index.ts'
import { Audience, type AudienceOptions, type Broadcast } from '../presence/audience.ts'
import type { Cursor } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import { RETRY_MS, type Format } from '../format/format.ts'
import type { Neighbours } from '../presence/neighbours.ts'
import { isUnreachable, Refusal } from '../refusal.ts'
import { readPage } from '../log/read-entries.ts'
import type { Following, RoomLog } from '../log/room-log.ts'
import type { Session } from '../names/session.ts'
import type { Observer } from './observer.ts'
import { fromNow, resolveCursor, type ResolvedCursor } from './resumption.ts'

export interface RoomOptions extends AudienceOptions {
  /** How many missed entries a stream gets at most; a cursor further back is answered with `reset`. */
  replayLimit: number
  observer: Observer
  onError: (error: unknown) => void
}

export interface Listening {
  format: Format
  /** Where to begin: after this cursor, at the `start` of the log, or, when undefined, with new entries only. */
  since?: Cursor | 'start' | undefined
  session?: Session | undefined
}

const READ_AGAIN_MS = 300
/** When a room ends, its clients reconnect at random times within this many milliseconds, after the first second. */
const COME_BACK_MS = 3000

/**
 * An open room: its streams, grouped in one channel for each format, and the people in it. It lives as long as it can
 * follow its log within one epoch; then it ends its streams, and their clients reconnect to a new Room. The owner must
 * call `open` first, drop the room when `ended` resolves, and `close` it when it is empty.
 */
export class Room {
  readonly name: string
  readonly audience: Audience
  /** Resolves when the room is closed, by its owner or by the end of its log's feed. No stream can join it then. */
  readonly ended: Promise<void>
  readonly #log: RoomLog
  readonly #hub: Hub
  readonly #options: RoomOptions
  readonly #channels = new Map<Format, Channel>()
  readonly #waiting = new Set<() => void>()
  /** Undefined until the room is open. */
  #following: Following | undefined
  #head = 0
  #isClosed = false
  #resolveEnded = (): void => {}
  /** Milliseconds between the post of the newest entries and their arrival here. */
  #ageMs = 0

  constructor(name: string, log: RoomLog, hub: Hub, options: RoomOptions) {
    this.name = name
    this.#log = log
    this.#hub = hub
    this.#options = options
    this.audience = new Audience(options, (encode) => this.#broadcast(encode))
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
  }

  /** Starts to follow the log. Rejects with the Refusal `store_unreachable`; the room is closed then. */
  async open(neighbours: Neighbours): Promise<this> {
    this.#following = await this.#log.follow(
      this.name,
      (entries) => this.#receive(entries),
      (isReachable) => this.#broadcast((format) => format.store(isReachable)),
    )
    this.#head = Math.max(this.#head, this.#following.head)
    void this.#following.ended.then(() => this.#end())
    try {
      await this.audience.join(this.name, neighbours)
      // The feed may have ended during `join`.
      if (this.#isClosed) throw new Refusal('store_unreachable', 1)
    } catch (error) {
      this.close()
      this.audience.clear()
      throw error
    }
    return this
  }

  /** Closes the room and answers its long polls. The caller must have ended the streams, or let the hub end them. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const wake of this.#waiting) wake()
    this.#following?.stop()
    this.audience.clear()
    for (const channel of this.#channels.values()) this.#hub.close(channel)
    this.#resolveEnded()
  }

  /** Closes the channels without streams. */
  closeUnusedChannels(): void {
    for (const [format, channel] of this.#channels) {
      if (channel.streams.size > 0) continue
      this.#hub.close(channel)
      this.#channels.delete(format)
    }
  }

  /** Whether the room has no streams, no long polls, nobody present on this node, and no open channels. */
  get isEmpty(): boolean {
    return this.#channels.size === 0 && this.#waiting.size === 0 && this.audience.isEmpty
  }

  /** The epoch of all entries of this room. */
  get epoch(): string {
    return this.#following!.epoch
  }

  /** The number of the newest entry that this room has received. */
  get head(): number {
    return this.#head
  }

  /**
   * Sends to `stream` the entries after its cursor and then everything new, until the stream closes. Rejects with the
   * Refusal `store_unreachable` when the room has ended or is about to end: the caller must get another Room.
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

  /**
   * Resolves when there may be entries after `cursor`, after `ms`, or on abort. Until then its client counts as
   * present.
   */
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

  /** Ends every stream with a random time to reconnect, because the log's feed has ended. */
  #end(): void {
    const retryMs = () => 1000 + Math.floor(Math.random() * COME_BACK_MS)
    for (const channel of this.#channels.values()) channel.end(retryMs)
    this.close()
  }

  /** Undefined when the log has a newer epoch, because this room is about to end then. */
  async #resolve(since: Cursor | 'start'): Promise<ResolvedCursor | undefined> {
    const extent = await this.#log.extent(this.name)
    if (extent.epoch !== this.epoch) return undefined
    // The log may have entries that this room has not received yet; a cursor at one of those is valid.
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

  /**
   * Reads from the log. While the store cannot be reached it retries, so a stream that is behind waits like a live one.
   */
  async #read(after: number, limit: number): Promise<Entry[]> {
    while (!this.#isClosed) {
      try {
        const { epoch, entries } = await readPage(this.#log, this.name, after, limit)
        if (epoch === this.epoch) return entries
      } catch (error) {
        if (!isUnreachable(error)) throw error
      }
      await delay(READ_AGAIN_MS)
    }
    // The room's streams have ended, so the result does not matter.
    return []
  }

  #receive(entries: Entry[]): void {
    this.#head = entries.at(-1)!.number
    // The age would be negative after the clock was set back, or when another node's clock is ahead.
    this.#ageMs = Math.max(0, Date.now() - (entries[0]?.at ?? 0))
    const isErasing = entries.some(({ event }) => event === 'deleted')
    for (const [format, channel] of this.#channels) {
      channel.append(entries.map((entry) => format.entry(this.epoch, entry)))
      if (isErasing) channel.reread()
    }
    this.#hub.flushSoon()
    for (const wake of this.#waiting) wake()
  }

  #broadcast(encode: Parameters<Broadcast>[0]): void {
    for (const [format, channel] of this.#channels) {
      const frame = encode(format)
      if (frame) channel.pass(frame)
    }
  }
}
