import { joinMixed, type MixedBlock, type Waiting } from './blocks.ts'
import { checkOptions, type ChannelOptions } from './channel-options.ts'
import { checkFrame, checkFunction, checkNumber, framesOf } from './checks.ts'
import { EventStream } from './event-stream.ts'
import { encode, type Frame } from './frame.ts'
import { Places, type Place, type Progress } from './places.ts'
import { Replay } from './replay.ts'
import type { ReplayMemory } from './replay-memory.ts'
import { voiceOf, type Voice } from './voice.ts'

/** One turn's blocks on their way to every stream that was live when the turn ended. */
interface Round {
  blocks: MixedBlock[]
  places: Place[]
  next: number
}

/** How many streams are written to between two looks at the clock. */
const STREAMS_PER_LOOK = 32

/** How a stream begins unless it is told: behind a proxy, nothing is open until a byte has come. */
const OPENING: Frame = encode({ retry: 3000 })

/** How a stream goes on in a second channel unless it is told. */
const NOTHING: Frame = Buffer.alloc(0)

/**
 * What one broadcast reaches: streams that get the same bytes. Entries come numbered 1, 2, 3, … and reach every stream
 * once, in order, whether it is live or behind; passing frames reach the live streams only.
 */
export class Channel {
  readonly #wake: (channel: Channel) => void
  readonly #voice: Voice
  readonly #replay: Replay
  readonly #progress: Progress
  readonly #places: Places
  readonly #streams = new Set<EventStream>()
  #waiting: Waiting[] = []
  /** When the first of the entries that live streams have still to get was appended. */
  #unsentSince: number | undefined
  #round: Round | undefined
  /** When it last sent something, as `performance.now()` counts: a clock that is set back must not hush a heartbeat. */
  #sentAt = performance.now()
  #retryMs: (() => number) | undefined

  /**
   * `wake` asks for a call of `flush` at the end of this turn of the event loop. `memory` is that of the hub, which opens
   * channels.
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

  /** How far each of the streams has come. */
  get places(): Iterable<Readonly<Place>> {
    return this.#places
  }

  /** Whether it has ended every stream, and ends those that join. */
  get hasEnded(): boolean {
    return this.#retryMs !== undefined
  }

  /** Adds the frames of the entries that follow the head. Throws TypeError, and adds none, if one is no frame. */
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

  /** The source has other frames now for entries that were appended before: streams that are behind read those. */
  reread(): void {
    this.#replay.forget()
  }

  /** Sends a frame about what is true only now; a stream that is behind skips it. Throws TypeError if it is no frame. */
  pass(frame: Frame): void {
    checkFrame(frame, 'what is passed')
    if (this.#retryMs) return
    this.#waiting.push({ frame, isEntry: false })
    this.#wake(this)
  }

  /**
   * Sends a frame to one of the streams alone, at once, however slow its reader is; a closed stream gets nothing.
   * Throws TypeError if it is no frame.
   */
  tell(stream: EventStream, frame: Frame): void {
    checkFrame(frame, 'what is told')
    // Ignore back-pressure here: only a round may mark a stream as behind.
    if (stream.writable) stream.write(frame)
  }

  /**
   * Writes `opening`, then everything after entry `cursor`, into the stream, until it closes; a closed stream gets
   * nothing. By default the opening is `retry: 3000` in the stream's first channel and empty in others, and the cursor is
   * the head. A cursor that the log cannot go on from is answered with `lost`. Throws RangeError for a cursor that is not
   * 0, 1, 2, …, TypeError for an opening that is no frame, and Error for a stream that is in this channel already.
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

  /** Sends what waits, until `deadline` (as `performance.now()` counts); false when something is left to send. */
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
   * Sends a heartbeat when nothing was sent for `quietMs`, and cuts off readers that have taken nothing for `stallMs`;
   * `now` is as `performance.now()` counts.
   */
  beat(now: number, quietMs: number, stallMs: number): void {
    this.#places.cutOffStalled(now, stallMs)
    const { live, early } = this.#places
    if (now - this.#sentAt >= quietMs && live.size + early.size > 0) this.#sendHeartbeat()
    if (this.#places.areLive) this.#replay.forgetPages()
  }

  /**
   * Ends every stream, and at once each that joins later. `retryMs` is called for each, and returns the milliseconds after
   * which its client is to come back; they are rounded. Throws RangeError, and ends none, if it returns anything else.
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
    // Take the round's streams first: early ones already have its entries, or read them from the log.
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
    // Early streams are not live, so what is passed does not reach them; their connections need a heartbeat too.
    for (const { stream } of this.#places.early) this.tell(stream, frame)
  }

  /** The last frame of a stream. */
  #closing(retryMs: () => number): Frame {
    const ms = Math.round(retryMs())
    checkNumber(ms, 'what retryMs returns')
    return this.#voice.closing(ms) ?? NOTHING
  }
}
