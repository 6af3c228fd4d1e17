import { joinMixed, type Block, type MixedBlock, type Waiting } from './blocks.ts'
import { DEFAULTS, OPENING, type ChannelOptions } from './channel-options.ts'
import type { EventStream } from './event-stream.ts'
import type { Frame } from './frame.ts'
import { Replay } from './replay.ts'

/** One turn's blocks on their way to every stream that was live when the turn ended. */
interface Round {
  blocks: MixedBlock[]
  streams: EventStream[]
  next: number
}

/** How many streams are written to between two looks at the clock. */
const STREAMS_PER_LOOK = 32

/**
 * What one broadcast reaches: streams that get the same bytes. Entries come numbered 1, 2, 3, … and reach every stream
 * once, in order, whether it is live or behind; passing frames reach the live streams only.
 */
export class Channel {
  readonly #options: ChannelOptions & typeof DEFAULTS
  readonly #wake: (channel: Channel) => void
  readonly #replay: Replay | undefined
  readonly #streams = new Set<EventStream>()
  readonly #live = new Set<EventStream>()
  /** Streams whose cursor is an entry that waits for its round. */
  readonly #early = new Set<EventStream>()
  /** Streams whose reader has to take something first, and which beat has found them so. */
  readonly #full = new Map<EventStream, number | undefined>()
  #waiting: Waiting[] = []
  /** When the first of the entries that live streams have still to get was appended. */
  #unsentSince: number | undefined
  #round: Round | undefined
  /** The number of the newest entry handed to a round. */
  #sent: number
  /** The number of the newest entry known. */
  #head: number
  #passed = 0
  /** When it last sent something, as `performance.now()` counts: a clock that is set back must not hush a heartbeat. */
  #sentAt = performance.now()
  #retryMs: (() => number) | undefined

  /** `wake` asks for a call of `flush` at the end of this turn of the event loop. */
  constructor(options: ChannelOptions, wake: (channel: Channel) => void) {
    this.#options = { ...DEFAULTS, ...options }
    this.#wake = wake
    this.#head = this.#sent = options.head ?? 0
    this.#replay = options.source && new Replay(options.source, this.#head)
  }

  /** The number of the newest entry. */
  get head(): number {
    return this.#head
  }

  get streams(): ReadonlySet<EventStream> {
    return this.#streams
  }

  /** Adds the frames of the entries that follow the head. */
  append(frames: Iterable<Frame>): void {
    if (this.#live.size > 0) this.#unsentSince ??= performance.now()
    for (const frame of frames) {
      this.#head++
      this.#replay?.push(frame)
      this.#waiting.push({ frame, isEntry: true })
    }
    this.#wake(this)
  }

  /** The source has other frames now for entries that were appended before: streams that are behind read those. */
  reread(): void {
    this.#replay?.forget()
  }

  /** Sends a frame about what is true only now; a stream that is behind skips it. */
  pass(frame: Frame): void {
    this.#waiting.push({ frame, isEntry: false })
    this.#wake(this)
  }

  /** Sends a frame to one of the streams alone, between what all of them get. */
  tell(stream: EventStream, frame: Frame): void {
    // When this fills it, the next broadcast finds it so: a round relies on it that nothing else makes a stream fall behind.
    if (stream.writable) stream.write(frame)
  }

  /** Writes `opening`, then everything after entry `cursor`, into the stream, until it closes. */
  join(stream: EventStream, opening: Frame = OPENING, cursor: number = this.#head): void {
    if (!stream.writable) return
    if (this.#retryMs) {
      stream.end(Buffer.concat([opening, this.#options.closing(this.#retryMs())]))
      return
    }
    stream.cursor = cursor
    this.#streams.add(stream)
    stream.on('close', () => this.#leave(stream))
    if (stream.write(opening)) this.#catchUp(stream)
    else this.#catchUpOnDrain(stream)
  }

  /** Sends what waits, until `deadline` (as `performance.now()` counts); false when something is left to send. */
  flush(deadline: number): boolean {
    const round = (this.#round ??= this.#startRound())
    while (round.next < round.streams.length) {
      this.#send(round.streams[round.next++]!, round.blocks)
      if (round.next % STREAMS_PER_LOOK === 0 && performance.now() > deadline) return false
    }
    this.#round = undefined
    const isDone = this.#waiting.length === 0
    if (isDone && this.#unsentSince !== undefined) {
      this.#options.onSent?.(performance.now() - this.#unsentSince)
      this.#unsentSince = undefined
    }
    return isDone
  }

  /**
   * Sends a heartbeat when nothing was sent for `quietMs`, and cuts off readers that have taken nothing for `stallMs`;
   * `now` is as `performance.now()` counts.
   */
  beat(now: number, quietMs: number, stallMs: number): void {
    for (const [stream, since] of this.#full) {
      if (since === undefined) this.#full.set(stream, now)
      else if (now - since >= stallMs) stream.cutOff()
    }
    if (now - this.#sentAt >= quietMs && this.#live.size > 0) this.pass(this.#options.heartbeat(Date.now()))
    if (this.#live.size === this.#streams.size) this.#replay?.forgetPages()
  }

  /** Ends every stream, each with its own `retryMs`; one that joins later is ended at once. */
  end(retryMs: () => number): void {
    this.#retryMs = retryMs
    for (const stream of this.#streams) {
      this.#live.delete(stream)
      stream.state = 'behind'
      // Its last bytes may never be taken.
      this.#full.set(stream, undefined)
      if (stream.writable) stream.end(this.#options.closing(retryMs()))
    }
  }

  #startRound(): Round {
    const blocks = this.#takeBlocks()
    const streams = [...this.#live]
    if (blocks.length > 0) this.#sentAt = performance.now()
    // The round takes its streams first: these have what it carries, or read it by themselves.
    const early = [...this.#early]
    this.#early.clear()
    for (const stream of early) this.#catchUp(stream)
    return { blocks, streams, next: 0 }
  }

  #takeBlocks(): MixedBlock[] {
    const blocks = joinMixed(this.#waiting, this.#sent, this.#passed)
    this.#waiting = []
    const newest = blocks.at(-1)
    if (newest) ({ last: this.#sent, passed: this.#passed } = newest)
    return blocks
  }

  #send(stream: EventStream, blocks: MixedBlock[]): void {
    for (const block of blocks) {
      if (stream.state !== 'live' || !stream.writable) return
      stream.cursor = block.last
      stream.heard = block.passed
      if (!stream.send(block)) this.#fallBehind(stream)
    }
  }

  /** The false of `write()` means accepted, and that the reader is slow: from here it reads the log by itself. */
  #fallBehind(stream: EventStream): void {
    stream.state = 'behind'
    this.#live.delete(stream)
    this.#catchUpOnDrain(stream)
  }

  #catchUpOnDrain(stream: EventStream): void {
    this.#full.set(stream, undefined)
    stream.once('drain', () => {
      if (this.#retryMs) return
      this.#full.delete(stream)
      this.#catchUp(stream)
    })
  }

  #catchUp(stream: EventStream): void {
    while (stream.cursor < this.#sent && stream.writable) {
      const block = this.#replay!.after(stream.cursor, this.#sent)
      if (block instanceof Promise) {
        block.then(
          (late) => {
            if (stream.writable && this.#advance(stream, late)) this.#catchUp(stream)
          },
          (error: unknown) => {
            stream.destroy()
            this.#options.onError?.(error)
          },
        )
        return
      }
      if (!this.#advance(stream, block)) return
    }
    if (!stream.writable) return
    if (stream.cursor > this.#sent) this.#early.add(stream)
    else this.#goLive(stream)
  }

  /** Writes a block of the log; false when the stream must drain first. */
  #advance(stream: EventStream, block: Block | undefined): boolean {
    stream.cursor = block?.last ?? this.#sent
    const more = block ? stream.send(block) : stream.write(this.#options.lost(stream.cursor))
    if (!more) this.#catchUpOnDrain(stream)
    return more
  }

  #goLive(stream: EventStream): void {
    stream.state = 'live'
    this.#live.add(stream)
    if (stream.heard === this.#passed) return
    stream.heard = this.#passed
    const snapshot = this.#options.snapshot?.()
    if (snapshot && !stream.write(snapshot)) this.#fallBehind(stream)
  }

  #leave(stream: EventStream): void {
    this.#streams.delete(stream)
    this.#live.delete(stream)
    this.#early.delete(stream)
    this.#full.delete(stream)
  }
}
