import type { Frame } from '../../sse/index.ts'
import type { Entry } from '../log/entry.ts'
import type { Roster } from '../presence/presence.ts'
import type { ResolvedCursor } from '../room/resumption.ts'

/**
 * How one kind of stream says what happens in a room. What it has no method for, it does not tell. It knows of no room:
 * whoever calls it says in which epoch the numbers are good.
 */
export interface Format {
  entry(epoch: string, entry: Entry): Frame
  /**
   * The first frame of a stream. Its first event has the id from which the stream goes on: a client that follows the
   * standard (WHATWG HTML, 9.2.6) forgets the cursor with which it came when the first event has none.
   */
  opening(epoch: string, resolved: ResolvedCursor): Frame
  /** Said in the middle of a stream when what follows its cursor is no longer kept. */
  lost(epoch: string, room: string, head: number): Frame
  joined(name: string): Frame
  left(name: string): Frame
  /** Somebody here goes by another name from now on: nobody has come or gone. */
  renamed(before: string, after: string): Frame
  typing?(name: string): Frame
  roster?(roster: Roster): Frame
  /** Said to one stream: its own session goes by this name now; null when it is over, and the stream a guest's. */
  session?(name: string | null): Frame
  /** Said when the store cannot be reached, so that nothing can come, and when all has come that was missed. */
  store(isReachable: boolean): Frame
  heartbeat(now: number): Frame
  /** The last frame: the client is to come back after `retryMs`. */
  closing(retryMs: number): Frame
}

/** Milliseconds after which a client reconnects when its connection is lost. */
export const RETRY_MS = 3000
