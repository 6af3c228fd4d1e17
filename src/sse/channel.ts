import { joinMixed, type MixedBlock, type Waiting } from './blocks.ts'
import { checkOptions, type ChannelOptions } from './channel-options.ts'
import { checkFrame, checkFunction, checkNumber, framesOf } from './checks.ts'
import { EventStream } from './event-stream.ts'
import { encode, type Frame } from './frame.ts'
import { Places, type Place, type Progress } from './places.ts'
import { Replay } from './replay.ts'
import type { ReplayMemory } from './replay-memory.ts'
import { voiceOf, type Voice } from './voice.ts'

/** One broadcast in progress: its blocks go to every stream that was live when it began. `next` is the next place. */
interface Round {
  blocks: MixedBlock[]
  places: Place[]
  next: number
}

/** A round checks its deadline each time it has written to this many streams. */
const STREAMS_PER_LOOK = 32

/** The default opening. Behind a proxy, a client may not see the connection open until the first byte arrives. */
const OPENING: Frame = encode({ retry: 3000 })

/** The default opening of a stream that is already in another channel. */
const NOTHING: Frame = Buffer.alloc(0)

/**
 * A group of streams that all receive the same bytes. Every stream, live or behind, receives each numbered entry (1, 2,
 * 3, …) exactly once and in order. Only live streams receive passing frames. The caller opens it with `Hub.open`,
 * appends each entry once in the order of its log, and closes it with `Hub.close`.
 */
export class Channel {
  readonly #wake: (channel: Channel) => void
  readonly #voice: Voice
  readonly #replay: Replay
  readonly #progress: Progress
  readonly #places: Places
  readonly #streams = new Set<EventStream>()
  #waiting: Waiting[] = []
  /** When the oldest entry that live streams have not received yet was appended. */
  #unsentSince: number | undefined
  #round: Round | undefined
  /** When the channel last sent something, by `performance.now()`, which changes of the system clock do not affect. */
  #sentAt = performance.now()
  #retryMs: (() => number) | undefined

  /**
   * Only a hub calls this; others call `Hub.open`. The channel calls `wake` when it has something to send; the hub then
   * calls `flush`. All channels of the hub share `memory`.
   */
  constructor(options: ChannelOptions, wake: (channel: Channel) => void, memory: ReplayMemory) {
    checkOptions(options)
    const { source, head = 0 } = options
    this.#wake = wake
    this.#voice = voiceOf(options)
    this.#replay = new Replay(source, head, memory)
    this.#progress = { head, sent: head, passed: 0 }
    this.#places = new Places(this.#progress, this.#replay, this.#voice)
  }

  /** The number of the newest entry. */
  get head(): number {
    return this.#progress.head
  }

  get streams(): ReadonlySet<EventStream> {
    return this.#streams
  }

  /** Which entries each stream has received so far. */
  get places(): Iterable<Readonly<Place>> {
    return this.#places
  }

  /** Whether `end` was called: all streams have been ended, and a stream that joins is ended at once. */
  get hasEnded(): boolean {
    return this.#retryMs !== undefined
  }

  /** Appends the frames of the entries after the head. Throws TypeError, and appends nothing, if any is not a frame. */
  append(frames: Iterable<Frame>): void {
    const added = framesOf(frames, 'what is appended')
    this.#progress.head += added.length
    if (this.#retryMs) return
    if (this.#places.live.size > 0) this.#unsentSince ??= performance.now()
    for (const frame of added) {
      this.#replay.push(frame)
      this.#waiting.push({ frame, isEntry: true })
    }
    this.#wake(this)
  }

  /** Call this when the source has changed frames of older entries. Streams that are behind then read the new ones. */
  reread(): void {
    this.#replay.forget()
  }

  /** Sends a passing frame, which only live streams receive, without replay. Throws TypeError if it is not a frame. */
  pass(frame: Frame): void {
    checkFrame(frame, 'what is passed')
    if (this.#retryMs) return
    this.#waiting.push({ frame, isEntry: false })
    this.#wake(this)
  }

  /**
   * Writes a frame to one stream only, immediately, even if its reader is slow. Does nothing if the stream is closed.
   * Throws TypeError if `frame` is not a frame.
   */
  tell(stream: EventStream, frame: Frame): void {
    checkFrame(frame, 'what is told')
    // Ignore back-pressure here: only a round may mark a stream as behind.
    if (stream.writable) stream.write(frame)
  }

  /**
   * Writes `opening` and then every entry after entry `cursor` to the stream until the stream closes. Does nothing if
   * the stream is closed. Default opening: `retry: 3000` in the stream's first channel, empty in further ones. Default
   * cursor: the head. If the log cannot resume at the cursor, the stream receives the frame `lost`. Throws RangeError
   * if the cursor is not 0, 1, 2, …; TypeError if the opening is not a frame; Error if the stream is in this channel
   * already.
   */
  join(stream: EventStream, opening?: Frame, cursor: number = this.head): void {
    if (!(stream instanceof EventStream)) throw new TypeError('only an EventStream can join a channel')
    const first = opening === undefined ? this.#openingOf(stream) : opening
    checkFrame(first, 'the opening')
    checkNumber(cursor, 'the cursor')
    if (this.#streams.has(stream)) throw new Error('the stream is in this channel already')
    if (!stream.writable) return
    const last = this.#retryMs && Buffer.concat([first, this.#closing(this.#retryMs)])
    stream.hasOpened = true
    if (last) {
      stream.end(last)
      return
    }
    this.#streams.add(stream)
    const place = this.#places.enter(stream, cursor, first.length === 0 || stream.write(first))
    stream.on('close', () => this.#leave(place))
  }

  /** Sends waiting frames until `deadline` (by `performance.now()`). Returns false if some frames still wait. */
  flush(deadline: number): boolean {
    const round = (this.#round ??= this.#startRound())
    while (round.next < round.places.length) {
      this.#places.send(round.places[round.next++]!, round.blocks)
      if (round.next % STREAMS_PER_LOOK === 0 && performance.now() > deadline) return false
    }
    this.#round = undefined
    const isDone = this.#waiting.length === 0
    if (isDone && this.#unsentSince !== undefined) {
      const ms = performance.now() - this.#unsentSince
      this.#unsentSince = undefined
      this.#voice.onSent(ms)
    }
    return isDone
  }

  /**
   * Sends a heartbeat if the channel has sent nothing for `quietMs`, and cuts off clients that have read nothing for
   * `stallMs`. The hub calls it regularly; `now` is the time by `performance.now()`.
   */
  beat(now: number, quietMs: number, stallMs: number): void {
    this.#places.cutOffStalled(now, stallMs)
    const { live, early } = this.#places
    if (now - this.#sentAt >= quietMs && live.size + early.size > 0) this.#sendHeartbeat()
    if (this.#places.areLive) this.#replay.forgetPages()
  }

  /**
   * Ends every stream, and each later one as soon as it joins. The channel calls `retryMs` once for each stream; it
   * returns the milliseconds after which that client should reconnect (the channel rounds them). Throws RangeError, and
   * ends no stream, if `retryMs` returns anything else.
   */
  end(retryMs: () => number): void {
    checkFunction(retryMs, 'retryMs')
    const open = Array.from(this.#streams).filter(({ writable }) => writable)
    const closings = open.map(() => this.#closing(retryMs))
    this.#retryMs = retryMs
    this.#waiting = []
    this.#places.end()
    this.#replay.close()
    for (const [index, stream] of open.entries()) stream.end(closings[index])
  }

  #openingOf(stream: EventStream): Frame {
    return stream.hasOpened ? NOTHING : OPENING
  }

  #leave(place: Place): void {
    this.#streams.delete(place.stream)
    this.#places.leave(place)
  }

  #startRound(): Round {
    const blocks = this.#takeBlocks()
    const places = [...this.#places.live]
    if (blocks.length > 0) this.#sentAt = performance.now()
    // List the round's streams before early ones go live: those already have this round's entries, or read them from
    // the log.
    this.#places.goOnWithEarly()
    return { blocks, places, next: 0 }
  }

  #takeBlocks(): MixedBlock[] {
    const { sent, passed } = this.#progress
    const blocks = joinMixed(this.#waiting, sent, passed)
    this.#waiting = []
    const newest = blocks.at(-1)
    if (newest) {
      this.#progress.sent = newest.last
      this.#progress.passed = newest.passed
    }
    return blocks
  }

  #sendHeartbeat(): void {
    const frame = this.#voice.heartbeat()
    if (!frame) return
    this.pass(frame)
    // Early streams are not live, so they do not receive passing frames, but their connections need a heartbeat too.
    for (const { stream } of this.#places.early) this.tell(stream, frame)
  }

  /** Returns the last frame for one stream. */
  #closing(retryMs: () => number): Frame {
    const ms = Math.round(retryMs())
    checkNumber(ms, 'what retryMs returns')
    return this.#voice.closing(ms) ?? NOTHING
  }
}
