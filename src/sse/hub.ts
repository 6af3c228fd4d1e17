import type { ChannelOptions } from './channel-options.ts'
import { Channel } from './channel.ts'
import { checkFunction, checkMilliseconds, checkNumber } from './checks.ts'
import { ReplayMemory } from './replay-memory.ts'

export interface HubOptions {
  /** Milliseconds without traffic after which a channel gets a heartbeat; 15 seconds by default, an hour at the most. */
  heartbeatMs?: number
  /** Milliseconds after which a reader that takes nothing is cut off, or Infinity; a minute by default. */
  stallMs?: number
  /** Bytes of entries that all channels together keep in memory, to send them again; 16 MB by default. */
  replayBytes?: number | undefined
}

/** Milliseconds that one turn may spend on writing to streams, before everything else has its turn. */
const BROADCAST_MS = 10

const REPLAY_BYTES = 16 * 1024 * 1024

const MOST_HEARTBEAT_MS = 60 * 60 * 1000

/** What a client is told whose channel was closed: it finds another when it comes back. */
const RETRY_MS = 3000

/** One timer looks after all channels; a heartbeat is late by no more than this part of its time. */
const BEATS_PER_HEARTBEAT = 15

/**
 * All live streams, by channel. What arrives within one turn of the event loop is joined once, into one buffer, and
 * written once to each stream; a broadcast to very many streams yields to everything else in between.
 */
export class Hub {
  readonly #channels = new Set<Channel>()
  readonly #woken = new Set<Channel>()
  /** Channels that are closed, and have streams that are being ended. */
  readonly #closing = new Set<Channel>()
  readonly #heartbeatMs: number
  readonly #stallMs: number
  readonly #memory: ReplayMemory
  readonly #heart: NodeJS.Timeout
  #next: NodeJS.Immediate | undefined
  #isHurried = false
  #retryMs: (() => number) | undefined

  /** Throws RangeError for a time that is none, or a number of bytes that is none. */
  constructor({ heartbeatMs = 15_000, stallMs = 60_000, replayBytes = REPLAY_BYTES }: HubOptions = {}) {
    checkMilliseconds(heartbeatMs, 'heartbeatMs', MOST_HEARTBEAT_MS)
    checkMilliseconds(stallMs, 'stallMs', Infinity)
    checkNumber(replayBytes, 'replayBytes')
    this.#heartbeatMs = heartbeatMs
    this.#stallMs = stallMs
    this.#memory = new ReplayMemory(replayBytes)
    this.#heart = setInterval(() => this.#beat(), heartbeatMs / BEATS_PER_HEARTBEAT).unref()
  }

  /** Whether it has been told to end every stream. */
  get isEnding(): boolean {
    return this.#retryMs !== undefined
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values()
  }

  /** How many streams there are. */
  get size(): number {
    let size = 0
    for (const channel of this.#channels) size += channel.streams.size
    return size
  }

  /** How many bytes of entries its channels keep in memory, to send them again. */
  get replayBytes(): number {
    return this.#memory.bytes
  }

  /** A new channel, until it is closed. Throws TypeError or RangeError for what can be no option. */
  open(options: ChannelOptions = {}): Channel {
    const channel = new Channel(options, (woken) => this.#wake(woken), this.#memory)
    this.#channels.add(channel)
    if (this.#retryMs) channel.end(this.#retryMs)
    return channel
  }

  /**
   * Closes a channel: ends its streams unless it has, to come back in three seconds, and each that joins later. One that
   * takes too long is still cut off.
   */
  close(channel: Channel): void {
    if (!this.#channels.has(channel)) return
    if (!channel.hasEnded) channel.end(() => RETRY_MS)
    this.#woken.delete(channel)
    this.#closing.add(channel)
    this.#forgetClosed()
  }

  /**
   * Ends every stream, also one that joins later, each with its own time to come back, and stops the heartbeat. What
   * `retryMs` returns is rounded. Throws RangeError if it returns no time.
   */
  end(retryMs: () => number): void {
    checkFunction(retryMs, 'retryMs')
    for (const channel of this.#channels) channel.end(retryMs)
    this.#retryMs = retryMs
    clearInterval(this.#heart)
  }

  /**
   * Sends what waits when all promises of this turn are done, before anything else is read. It is for a log that tells at
   * once all that a turn has added: sent a turn later, each half of it would come between the writing and the sending of
   * the other.
   */
  hurry(): void {
    if (this.#isHurried || this.#woken.size === 0) return
    this.#isHurried = true
    // A tick that is asked for by a microtask comes when there are no more of those.
    queueMicrotask(() => process.nextTick(() => this.#flush()))
  }

  #wake(channel: Channel): void {
    if (!this.#channels.has(channel) || this.#closing.has(channel)) return
    this.#woken.add(channel)
    this.#next ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    clearImmediate(this.#next)
    this.#next = undefined
    this.#isHurried = false
    const deadline = performance.now() + BROADCAST_MS
    for (const channel of this.#woken) {
      if (performance.now() > deadline) break
      const isDone = channel.flush(deadline)
      this.#woken.delete(channel)
      // What is not done goes to the end: no channel waits for the whole broadcast of another.
      if (!isDone) this.#woken.add(channel)
    }
    if (this.#woken.size > 0) this.#next ??= setImmediate(() => this.#flush())
  }

  #beat(): void {
    const now = performance.now()
    for (const channel of this.#channels) channel.beat(now, this.#heartbeatMs, this.#stallMs)
    this.#forgetClosed()
  }

  #forgetClosed(): void {
    for (const channel of this.#closing) {
      if (channel.streams.size > 0) continue
      this.#channels.delete(channel)
      this.#closing.delete(channel)
    }
  }
}
