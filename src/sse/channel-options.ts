import { comment, encode, type Frame } from './frame.ts'
import type { Source } from './replay.ts'

export interface ChannelOptions {
  /** The log that the channel's entries come from; none for a channel of passing frames alone. */
  source?: Source
  /** The number of the newest entry that is already in the log. */
  head?: number
  /** What a stream is told when the entries that it has missed are no longer kept; it goes on from `head`. An event `lost` by default. */
  lost?: (head: number) => Frame
  /** What a stream is told once it is live: how things stand that passing frames have told the others. */
  snapshot?: () => Frame | undefined
  /** What keeps a quiet channel open; a comment by default. */
  heartbeat?: (now: number) => Frame
  /** The last frame of a stream that the server ends; its client is to come back after `retryMs`, and is told so. */
  closing?: (retryMs: number) => Frame
  /** Called when entries have been written to every live stream, `ms` after the first of them was appended. */
  onSent?: (ms: number) => void
  /** Called when the source cannot be read; the stream has been cut off and its client will come back. */
  onError?: (error: unknown) => void
}

/** What a channel says when nothing else was asked for. */
export const DEFAULTS: Required<Pick<ChannelOptions, 'lost' | 'heartbeat' | 'closing'>> = {
  lost: (head) => encode({ event: 'lost', id: String(head), data: String(head) }),
  heartbeat: () => comment('heartbeat'),
  closing: (retryMs) => encode({ retry: retryMs }),
}

/** How a stream begins unless it is told: behind a proxy, nothing is open until a byte has come. */
export const OPENING: Frame = encode({ retry: 3000 })
