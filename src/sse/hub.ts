import type { ChannelOptions } from './channel-options.ts'
import { Channel } from './channel.ts'
import { checkFunction, checkMilliseconds, checkNumber } from './checks.ts'
import { ReplayMemory } from './replay-memory.ts'

export interface HubOptions {
  /** The hub sends a heartbeat to a channel idle for so many milliseconds. Default: 15 seconds; at most an hour. */
  heartbeatMs?: number
  /** The hub cuts off a client that reads nothing for so many milliseconds; Infinity: never. Default: a minute. */
  stallMs?: number
  /** How many bytes of entries all channels together may keep in memory for replay. Default: 16 MB. */
  replayBytes?: number | undefined
}

/** How many milliseconds one turn of the event loop may spend on writing to streams. */
const BROADCAST_MS = 10

const REPLAY_BYTES = 16 * 1024 * 1024

const MOST_HEARTBEAT_MS = 60 * 60 * 1000

/** After how many milliseconds a client should reconnect when its channel was closed. */
const RETRY_MS = 3000

/**
 * One timer checks all channels so many times per heartbeat interval; a heartbeat is late by at most one such check.
 */
const BEATS_PER_HEARTBEAT = 15

/**
 * All channels of a process and the streams in them. The hub joins the frames of one turn of the event loop and writes
 * them once to each stream; during a long broadcast it yields to other work. The caller must call `close` for a channel
 * that is no longer needed, and `end` before the process stops.
 */
export class Hub {
  readonly #channels = new Set<Channel>()
  readonly #woken = new Set<Channel>()
  /** Closed channels, some of whose streams have not closed yet. */
  readonly #closing = new Set<Channel>()
  readonly #heartbeatMs: number
  readonly #stallMs: number
  readonly #memory: ReplayMemory
  readonly #heart: NodeJS.Timeout
  #next: NodeJS.Immediate | undefined
  #isFlushingSoon = false
  #retryMs: (() => number) | undefined

  /** Throws RangeError for an option that is not a valid time or number of bytes. */
  constructor({ heartbeatMs = 15_000, stallMs = 60_000, replayBytes = REPLAY_BYTES }: HubOptions = {}) {
    checkMilliseconds(heartbeatMs, 'heartbeatMs', MOST_HEARTBEAT_MS)
    checkMilliseconds(stallMs, 'stallMs', Infinity)
    checkNumber(replayBytes, 'replayBytes')
    this.#heartbeatMs = heartbeatMs
    this.#stallMs = stallMs
    this.#memory = new ReplayMemory(replayBytes)
    this.#heart = setInterval(() => this.#beat(), heartbeatMs / BEATS_PER_HEARTBEAT).unref()
  }

  /** Whether `end` was called. */
  get isEnding(): boolean {
    return this.#retryMs !== undefined
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values()
  }

  /** How many streams the channels have; a stream in two channels counts twice. */
  get size(): number {
    let size = 0
    for (const channel of this.#channels) size += channel.streams.size
    return size
  }

  /** How many bytes of entries the channels keep in memory for replay. */
  get replayBytes(): number {
    return this.#memory.bytes
  }

  /** Opens a channel; the caller must close it with `close`. Throws TypeError or RangeError for an invalid option. */
  open(options: ChannelOptions = {}): Channel {
    const channel = new Channel(options, (woken) => this.#wake(woken), this.#memory)
    this.#channels.add(channel)
    if (this.#retryMs) channel.end(this.#retryMs)
    return channel
  }

  /**
   * Closes a channel: ends its streams, and each later one as soon as it joins. Tells the clients to reconnect after
   * three seconds, unless `end` was called before. The hub still cuts off clients that do not read their last bytes in
   * time.
   */
  close(channel: Channel): void {
    if (!this.#channels.has(channel)) return
    if (!channel.hasEnded) channel.end(() => RETRY_MS)
    this.#woken.delete(channel)
    this.#closing.add(channel)
    this.#forgetClosed()
  }

  /**
   * Ends every stream, and each later one as soon as it joins; stops heartbeats and no longer cuts off slow clients.
   * The hub calls `retryMs` for each stream; it returns the milliseconds after which that client should reconnect (the
   * hub rounds them). Throws RangeError if it returns anything else.
   */
  end(retryMs: () => number): void {
    checkFunction(retryMs, 'retryMs')
    for (const channel of this.#channels) channel.end(retryMs)
    this.#retryMs = retryMs
    clearInterval(this.#heart)
  }

  /**
   * Sends waiting frames as soon as the pending promise callbacks have run, instead of in the next turn of the event
   * loop. Call it after a log has appended all entries of a turn. Flushing a turn later splits a burst into two
   * alternating batches.
   */
  flushSoon(): void {
    if (this.#isFlushingSoon || this.#woken.size === 0) return
    this.#isFlushingSoon = true
    // Node runs a tick that a microtask has scheduled after all pending microtasks.
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
    this.#isFlushingSoon = false
    const deadline = performance.now() + BROADCAST_MS
    for (const channel of this.#woken) {
      if (performance.now() > deadline) break
      const isDone = channel.flush(deadline)
      this.#woken.delete(channel)
      // Move an unfinished channel to the end, so that others need not wait for its whole broadcast.
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
