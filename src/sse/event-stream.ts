import { PassThrough } from 'node:stream'

/** Bytes that may wait on each side of the PassThrough before `write()` answers false. */
const HIGH_WATER_MARK = 16 * 1024

/**
 * One client's live connection and its cursor. It is either live (its channel writes to it) or behind (it reads the log
 * by itself, at the speed of its reader); so each entry reaches the client once, in order, and nothing queues up.
 */
export class EventStream extends PassThrough {
  state: 'behind' | 'live' = 'behind'
  /** The number of the last entry written into it. */
  cursor = 0
  /** How many passing frames its channel had sent when it was last live; none counts as never. */
  heard: number | undefined
  /** What it is piped into. */
  response: { readonly writableLength: number } | undefined

  constructor() {
    super({ highWaterMark: HIGH_WATER_MARK })
  }

  /** How many bytes wait for its reader, from here down to the socket. */
  get heldBytes(): number {
    return this.writableLength + this.readableLength + (this.response?.writableLength ?? 0)
  }
}
