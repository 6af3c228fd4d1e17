import type { Block, MixedBlock } from './blocks.ts'
import type { EventStream } from './event-stream.ts'
import type { Replay } from './replay.ts'
import type { Voice } from './voice.ts'

/** How far one stream has come in one channel. A stream has a place of its own in each of its channels. */
export interface Place {
  readonly stream: EventStream
  /** Live: the channel writes to it. Behind: it reads the log by itself, at the speed of its reader. */
  state: 'behind' | 'live'
  /** The number of the last entry written into it. */
  cursor: number
  /** How many passing frames the channel had sent when the stream was last live; undefined: it has never been. */
  heard: number | undefined
}

/** How far a channel has come. */
export interface Progress {
  /** The number of the newest entry known. */
  head: number
  /** The number of the newest entry handed to a round. */
  sent: number
  /** How many passing frames were handed to a round. */
  passed: number
}

/** The places of a channel's streams. A stream that is behind is written the entries that it has missed until it is live. */
export class Places {
  readonly #progress: Readonly<Progress>
  readonly #replay: Replay
  readonly #voice: Voice
  readonly #all = new Set<Place>()
  readonly #live = new Set<Place>()
  /** Ahead of the last round: the entry of their cursor waits for its round, or the channel has not heard of it yet. */
  readonly #early = new Set<Place>()
  /** Their reader has to take something first; with the time of the first beat that has found them so. */
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

  /** Writes everything after entry `cursor` into the stream: at once if it is free, or else when its reader has caught up. */
  enter(stream: EventStream, cursor: number, isFree: boolean): Place {
    const place: Place = { stream, state: 'behind', cursor, heard: undefined }
    this.#all.add(place)
    if (isFree) this.#catchUp(place)
    else this.#catchUpOnDrain(place)
    return place
  }

  /** Forgets one whose stream has closed. */
  leave(place: Place): void {
    this.#all.delete(place)
    this.#live.delete(place)
    this.#early.delete(place)
    this.#full.delete(place)
  }

  /** Goes on with the early ones, after a round has begun and has taken its streams. */
  goOnWithEarly(): void {
    for (const place of this.#early) {
      if (place.cursor > this.#progress.sent) continue
      this.#early.delete(place)
      this.#catchUp(place)
    }
  }

  /** Writes the blocks of a round to one that was live when the round began. */
  send(place: Place, blocks: MixedBlock[]): void {
    const { stream } = place
    for (const block of blocks) {
      if (place.state !== 'live' || !stream.writable) return
      place.cursor = block.last
      place.heard = block.passed
      if (!stream.send(block)) this.#fallBehind(place)
    }
  }

  /** Cuts off those that have been full since a beat `stallMs` ago; `now` is the time of this beat. */
  cutOffStalled(now: number, stallMs: number): void {
    for (const [place, since] of this.#full) {
      if (since === undefined) this.#full.set(place, now)
      else if (now - since >= stallMs) place.stream.cutOff()
    }
  }

  /** Nothing more is written to any of them. */
  end(): void {
    this.#hasEnded = true
    this.#live.clear()
    this.#early.clear()
    for (const place of this.#all) {
      place.state = 'behind'
      // Its last bytes may never be taken.
      this.#full.set(place, undefined)
    }
  }

  /** The false of `write()` means accepted, and that the reader is slow: from here it reads the log by itself. */
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

  /** Asks the log about a cursor ahead of the channel: the log may have entries that the channel has not heard of yet. */
  #verify(place: Place): void {
    this.#await(place, this.#replay.has(place.cursor), (isKnown) => {
      const { sent, head } = this.#progress
      if (place.cursor > sent && (isKnown || place.cursor <= head)) this.#early.add(place)
      else if (place.cursor <= sent || this.#advance(place, undefined)) this.#catchUp(place)
    })
  }

  /** Goes on once the log has answered. A stream is cut off when that fails, or it cannot be told something. */
  #await<T>(place: Place, answer: Promise<T>, goOn: (answer: T) => void): void {
    answer
      .then((value) => {
        if (place.stream.writable) goOn(value)
      })
      .catch((error: unknown) => this.#fail(place, error))
  }

  /** Writes a block of the log, or that it is lost; false when the stream must drain first. */
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
