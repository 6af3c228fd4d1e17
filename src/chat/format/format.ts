import type { Frame } from '../../sse/index.ts'
import type { Entry } from '../log/entry.ts'
import type { Roster } from '../presence/presence.ts'
import type { ResolvedCursor } from '../room/resumption.ts'

/**
 * Encodes the events of a room for one kind of stream. A format that lacks an optional method does not send that event.
 * It has no state, so the caller passes the epoch to which the numbers belong.
 */
export interface Format {
  entry(epoch: string, entry: Entry): Frame
  /**
   * The first frame of a stream. Its first event must have the id after which the stream continues: without one, a
   * client that follows the standard (WHATWG HTML, 9.2.6) would forget the cursor with which it connected.
   */
  opening(epoch: string, resolved: ResolvedCursor): Frame
  /** Sent in the middle of a stream when the log no longer has the entries after the stream's cursor. */
  lost(epoch: string, room: string, head: number): Frame
  joined(name: string): Frame
  left(name: string): Frame
  /** Somebody in the room was renamed; nobody joined or left. */
  renamed(before: string, after: string): Frame
  typing?(name: string): Frame
  roster?(roster: Roster): Frame
  /**
   * Sent to one stream: the new name of its own session, or null when the session is over and the stream is a guest's.
   */
  session?(name: string | null): Frame
  /** Sent with false when the store becomes unreachable, and with true when every missed entry has been sent. */
  store(isReachable: boolean): Frame
  heartbeat(now: number): Frame
  /** The last frame of a stream: asks the client to reconnect after `retryMs`. */
  closing(retryMs: number): Frame
}

/** Milliseconds that a client should wait before it reconnects after a lost connection. */
export const RETRY_MS = 3000
