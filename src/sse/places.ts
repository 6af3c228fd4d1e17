import type { Block, MixedBlock } from './blocks.ts'
import type { EventStream } from './event-stream.ts'
import type { Replay } from './replay.ts'
import type { Voice } from './voice.ts'

/** One stream's progress in one channel. A stream has a separate place in each of its channels. */
export interface Place {
  readonly stream: EventStream
  /** Live: the channel writes new entries to it. Behind: it gets missed entries as fast as its client reads. */
  state: 'behind' | 'live'
  /** The number of the last entry written to the stream. */
  cursor: number
  /**
   * How many passing frames the channel had sent when the stream was last live; undefined if it has never been live.
   */
  heard: number | undefined
}

/** What a channel has appended and sent so far. */
export interface Progress {
  /** The number of the newest entry appended to the channel. */
  head: number
  /** The number of the newest entry that a round has taken for sending. */
  sent: number
  /** How many passing frames rounds have taken for sending. */
  passed: number
}

/**
 * The places of a channel's streams. Writes missed entries to each stream that is behind until it is live. The channel
 * must call `send` for every live place in each round, and `goOnWithEarly` after it has listed the round's places.
 */
export class Places {
  readonly #progress: Readonly<Progress>
  readonly #replay: Replay
  readonly #voice: Voice
  readonly #all = new Set<Place>()
  readonly #live = new Set<Place>()
  /** Streams that already have entries which no round has sent yet; they wait for that round before they go live. */
  readonly #early = new Set<Place>()
  /** Streams that wait for `drain`, each with the time of the first beat that found it waiting. */
  readonly #full = new Map<Place, number | undefined>()
  #hasEnded = false

  constructor(progress: Readonly<Progress>, replay: Replay, voice: Voice) {
    this.#progress = progress
    this.#replay = replay
    this.#voice = voice
  }

  [Symbol.iterator](): IterableIterator<Place> {
    return this.#all.values()
  }

  get live(): ReadonlySet<Place> {
    return this.#live
  }

  get early(): ReadonlySet<Place> {
    return this.#early
  }

  /** Whether every stream is live. */
  get areLive(): boolean {
    return this.#live.size === this.#all.size
  }

  /** Adds a stream and writes it every entry after `cursor`: at once if `isFree`, otherwise after its next `drain`. */
  enter(stream: EventStream, cursor: number, isFree: boolean): Place {
    const place: Place = { stream, state: 'behind', cursor, heard: undefined }
    this.#all.add(place)
    if (isFree) this.#catchUp(place)
    else this.#catchUpOnDrain(place)
    return place
  }

  /** Removes a place; call it when the stream has closed. */
  leave(place: Place): void {
    this.#all.delete(place)
    this.#live.delete(place)
    this.#early.delete(place)
    this.#full.delete(place)
  }

  /** Continues with early streams that the new round has reached. Call it after listing the round's places. */
  goOnWithEarly(): void {
    for (const place of this.#early) {
      if (place.cursor > this.#progress.sent) continue
      this.#early.delete(place)
      this.#catchUp(place)
    }
  }

  /** Writes a round's blocks to a stream that was live when the round began. */
  send(place: Place, blocks: MixedBlock[]): void {
    const { stream } = place
    for (const block of blocks) {
      if (place.state !== 'live' || !stream.writable) return
      place.cursor = block.last
      place.heard = block.passed
      if (!stream.send(block)) this.#fallBehind(place)
    }
  }

  /** Cuts off streams that have waited for `drain` since a beat at least `stallMs` before `now`. */
  cutOffStalled(now: number, stallMs: number): void {
    for (const [place, since] of this.#full) {
      if (since === undefined) this.#full.set(place, now)
      else if (now - since >= stallMs) place.stream.cutOff()
    }
  }

  /** Stops writing to all streams. */
  end(): void {
    this.#hasEnded = true
    this.#live.clear()
    this.#early.clear()
    for (const place of this.#all) {
      place.state = 'behind'
      // The client may never read its last bytes: let the stall timeout cut it off.
      this.#full.set(place, undefined)
    }
  }

  /**
   * Call it when `write()` returned false: the stream has accepted the bytes, but its client is slow and must catch up.
   */
  #fallBehind(place: Place): void {
    place.state = 'behind'
    this.#live.delete(place)
    this.#catchUpOnDrain(place)
  }

  #catchUpOnDrain(place: Place): void {
    this.#full.set(place, undefined)
    place.stream.once('drain', () => {
      if (this.#hasEnded) return
      this.#full.delete(place)
      this.#catchUp(place)
    })
  }

  #catchUp(place: Place): void {
    const { sent, head } = this.#progress
    while (place.cursor < sent && place.stream.writable) {
      const block = this.#replay.after(place.cursor, sent)
      if (block instanceof Promise) {
        this.#await(place, block, (late) => {
          if (this.#advance(place, late)) this.#catchUp(place)
        })
        return
      }
      if (!this.#advance(place, block)) return
    }
    if (!place.stream.writable) return
    if (place.cursor > head) this.#verify(place)
    else if (place.cursor > sent) this.#early.add(place)
    else this.#goLive(place)
  }

  /** Asks the log whether the cursor exists: the log may have entries that nobody has appended to the channel yet. */
  #verify(place: Place): void {
    this.#await(place, this.#replay.has(place.cursor), (isKnown) => {
      const { sent, head } = this.#progress
      if (place.cursor > sent && (isKnown || place.cursor <= head)) this.#early.add(place)
      else if (place.cursor <= sent || this.#advance(place, undefined)) this.#catchUp(place)
    })
  }

  /** Calls `goOn` with the log's answer. Closes the stream if the log or `goOn` fails. */
  #await<T>(place: Place, answer: Promise<T>, goOn: (answer: T) => void): void {
    answer
      .then((value) => {
        if (place.stream.writable) goOn(value)
      })
      .catch((error: unknown) => this.#fail(place, error))
  }

  /** Writes a block, or the `lost` frame if there is none. Returns false if the stream must drain first. */
  #advance(place: Place, block: Block | undefined): boolean {
    place.cursor = block?.last ?? this.#progress.sent
    const { stream } = place
    const more = block ? stream.send(block) : stream.write(this.#voice.lost(place.cursor))
    if (!more) this.#catchUpOnDrain(place)
    return more
  }

  #goLive(place: Place): void {
    place.state = 'live'
    this.#live.add(place)
    const { passed } = this.#progress
    if (place.heard === passed) return
    place.heard = passed
    try {
      const snapshot = this.#voice.snapshot()
      if (snapshot && !place.stream.write(snapshot)) this.#fallBehind(place)
    } catch (error) {
      this.#fail(place, error)
    }
  }

  #fail({ stream }: Place, error: unknown): void {
    stream.destroy()
    this.#voice.onError(error)
  }
}
