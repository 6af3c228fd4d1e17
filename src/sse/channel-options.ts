import { checkFunction, checkNumber } from './checks.ts'
import type { Frame } from './frame.ts'
import type { Source } from './replay.ts'

export interface ChannelOptions {
  /** The log that the channel's entries come from. Without one the channel itself keeps the newest entries, and no others. */
  source?: Source | undefined
  /** The number of the newest entry that is already in the log. */
  head?: number | undefined
  /**
   * What a stream is told that cannot go on from its cursor: the entries after it are no longer kept, or it is ahead of
   * the log. The stream goes on from `head`. An event `lost` by default.
   */
  lost?: ((head: number) => Frame) | undefined
  /** What a stream is told once it is live: how things stand that passing frames have told the others. */
  snapshot?: (() => Frame | undefined) | undefined
  /** What keeps a quiet channel open; a comment by default. */
  heartbeat?: ((now: number) => Frame) | undefined
  /** The last frame of a stream that the server ends; its client is to come back after `retryMs`, and is told so. */
  closing?: ((retryMs: number) => Frame) | undefined
  /** Called when entries have been written to every live stream, `ms` after the first of them was appended. */
  onSent?: ((ms: number) => void) | undefined
  /**
   * Called when the source cannot be read, or one of these functions throws or returns no frame. A stream that needed it
   * has been cut off, and its client will come back. A warning of the process by default.
   */
  onError?: ((error: unknown) => void) | undefined
}

/** Throws TypeError or RangeError for what can be no option. */
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
