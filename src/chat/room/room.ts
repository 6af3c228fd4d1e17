import { setTimeout as delay } from 'node:timers/promises'
import type { Channel, EventStream, Hub } from '../../sse/index.ts'
import { Audience, type AudienceOptions, type Pass } from '../presence/audience.ts'
import type { Cursor } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import { RETRY_MS, type Format } from '../format/format.ts'
import type { Neighbours } from '../presence/neighbours.ts'
import { isUnreachable } from '../refusal.ts'
import type { RoomLog } from '../log/room-log.ts'
import type { Session } from '../names/session.ts'
import { fromNow, judge, type Judgement } from './verdict.ts'
import type { Watch } from './watch.ts'

export interface RoomOptions extends AudienceOptions {
  /** How many entries one stream is sent again at the most; a cursor further back is answered with `reset`. */
  replayLimit: number
  watch: Watch
  onError: (error: unknown) => void
}

export interface Listening {
  format: Format
  /** Where to go on; none for only what comes from now on, `start` for everything that is kept. */
  since?: Cursor | 'start' | undefined
  session?: Session | undefined
}

const READ_AGAIN_MS = 300

/** A conversation while somebody is in it: its streams, in a channel for each format, and who is there. */
export class Room {
  readonly name: string
  readonly audience: Audience
  readonly #log: RoomLog
  readonly #hub: Hub
  readonly #options: RoomOptions
  readonly #channels = new Map<Format, Channel>()
  readonly #waiting = new Set<() => void>()
  #head = 0
  #isClosed = false
  /** Milliseconds from when the newest entries were said to when they came here. */
  #ageMs = 0
  #stopFollowing: (() => void) | undefined

  constructor(name: string, log: RoomLog, hub: Hub, options: RoomOptions) {
    this.name = name
    this.#log = log
    this.#hub = hub
    this.#options = options
    this.audience = new Audience(options, (say) => this.#pass(say))
  }

  async open(neighbours: Neighbours): Promise<this> {
    const { head, stop } = await this.#log.follow(
      this.name,
      (entries) => this.#receive(entries),
      (isReachable) => this.#pass((format) => format.store(isReachable)),
    )
    this.#head = head
    this.#stopFollowing = stop
    try {
      this.audience.meet(await neighbours.enter(this.name, this.audience.news))
    } catch (error) {
      stop()
      throw error
    }
    return this
  }

  /** Ends every stream, each with its own time to come back, and closes. */
  end(retryMs: () => number): void {
    for (const channel of this.#channels.values()) channel.end(retryMs)
    this.close()
  }

  /** Ends every wait, also one that begins later. */
  close(): void {
    this.#isClosed = true
    for (const wake of this.#waiting) wake()
    this.#stopFollowing?.()
    this.audience.clear()
    for (const channel of this.#channels.values()) this.#hub.close(channel)
  }

  /** Whether nobody is here; channels that nobody listens to are closed by the way. */
  get isIdle(): boolean {
    for (const [format, channel] of this.#channels) {
      if (channel.streams.size > 0) continue
      this.#hub.close(channel)
      this.#channels.delete(format)
    }
    return this.#channels.size === 0 && this.#waiting.size === 0 && this.audience.isEmpty
  }

  /** The number of the newest entry that has come here. */
  get head(): number {
    return this.#head
  }

  /** Sends into `stream` what happens here, after what it has missed, until it closes. */
  async listen(stream: EventStream, { format, since, session }: Listening): Promise<void> {
    const judgement = since === undefined ? fromNow(this.name, this.#head) : await this.#judge(since)
    if (stream.destroyed) return
    if (this.#isClosed) {
      stream.end(format.closing(RETRY_MS))
      return
    }
    this.#options.watch.resumed(judgement.verdict.resume)
    const channel = this.#channel(format)
    this.audience.enter(stream, channel, format, session)
    channel.join(stream, format.opening(judgement), judgement.cursor)
  }

  /** Resolves when there are entries after `number`, after `ms`, or on abort. Whoever waits is here meanwhile. */
  async wait(number: number, ms: number, signal: AbortSignal, session?: Session): Promise<void> {
    if (this.#head > number || this.#isClosed || signal.aborted) return
    const leave = this.audience.visit(session)
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

  async #judge(since: Cursor | 'start'): Promise<Judgement> {
    const { first, head } = await this.#log.extent(this.name)
    return judge(this.name, since, {
      epoch: this.#log.epoch,
      first,
      // The log may be ahead of what has come here, and a cursor is good when the log knows it.
      head: Math.max(head, this.#head),
      replayLimit: this.#options.replayLimit,
    })
  }

  #channel(format: Format): Channel {
    let channel = this.#channels.get(format)
    if (!channel) {
      channel = this.#hub.open({
        head: this.#head,
        source: {
          read: async (after, limit) => {
            const entries = await this.#read(after, limit)
            return entries.map((entry) => format.entry(entry))
          },
        },
        lost: (head) => format.lost(this.name, head),
        snapshot: () => format.roster?.(this.audience.shownRoster),
        heartbeat: (now) => format.heartbeat(now),
        closing: (retryMs) => format.closing(retryMs),
        onSent: (ms) => this.#options.watch.delivered(ms + this.#ageMs),
        onError: this.#options.onError,
      })
      this.#channels.set(format, channel)
    }
    return channel
  }

  /** A stream that is behind waits for a store that cannot be reached, as those that are live do. */
  async #read(after: number, limit: number): Promise<Entry[]> {
    for (;;) {
      try {
        return await this.#log.read(this.name, after, limit)
      } catch (error) {
        if (this.#isClosed || !isUnreachable(error)) throw error
        await delay(READ_AGAIN_MS)
      }
    }
  }

  #receive(entries: Entry[]): void {
    this.#head += entries.length
    // The clock may have been set back, and that of another node be ahead.
    this.#ageMs = Math.max(0, Date.now() - (entries[0]?.at ?? 0))
    for (const [format, channel] of this.#channels) channel.append(entries.map((entry) => format.entry(entry)))
    this.#hub.hurry()
    for (const wake of this.#waiting) wake()
  }

  #pass(say: Parameters<Pass>[0]): void {
    for (const [format, channel] of this.#channels) {
      const frame = say(format)
      if (frame) channel.pass(frame)
    }
  }
}
