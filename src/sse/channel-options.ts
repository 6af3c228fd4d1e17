import { checkFunction, checkNumber } from './checks.ts'
import type { Frame } from './frame.ts'
import type { Source } from './replay.ts'

export interface ChannelOptions {
  /** The log from which streams read missed entries. By default the channel keeps only the newest, in memory. */
  source?: Source | undefined
  /** The number of the newest entry that is already in the log. */
  head?: number | undefined
  /**
   * Returns the frame for a stream that cannot resume at its cursor, because the log no longer keeps the next entries
   * or because the cursor is ahead of the log. The stream then continues after entry `head`. Default: an event `lost`.
   */
  lost?: ((head: number) => Frame) | undefined
  /**
   * Returns the frame for a stream that becomes live: the current state, which live streams know from passing frames.
   */
  snapshot?: (() => Frame | undefined) | undefined
  /** Returns the frame that keeps idle connections open; `now` is milliseconds since 1970. Default: a comment. */
  heartbeat?: ((now: number) => Frame) | undefined
  /**
   * Returns the last frame of a stream that the server ends. It should tell the client to reconnect after `retryMs`.
   */
  closing?: ((retryMs: number) => Frame) | undefined
  /**
   * Called when the channel has written new entries to every live stream, `ms` after the first of them was appended.
   */
  onSent?: ((ms: number) => void) | undefined
  /**
   * Called when reading the source fails, or when one of these functions throws or does not return a frame. If a stream
   * cannot continue without the result, the channel has cut it off; its client reconnects. Default: a process warning.
   */
  onError?: ((error: unknown) => void) | undefined
}

/** Throws TypeError or RangeError for an invalid option. */
export function checkOptions(options: ChannelOptions): void {
  const { source, head = 0, lost, snapshot, heartbeat, closing, onSent, onError } = options
  checkNumber(head, 'head')
  if (source !== undefined) checkSource(source)
  const functions = { lost, snapshot, heartbeat, closing, onSent, onError }
  for (const [name, value] of Object.entries(functions)) if (value !== undefined) checkFunction(value, name)
}

function checkSource(source: Source | null): void {
  if (typeof source?.read !== 'function') throw new TypeError('source.read must be a function')
}
