import { encode, type Frame } from '../../sse/index.ts'
import { formatId } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import type { Roster } from '../presence/presence.ts'
import type { Verdict } from '../room/verdict.ts'

/** What has an epoch, which may become another one. */
export interface Epochal {
  readonly epoch: string
}

/** How one kind of stream says what happens in a room. What it has no method for, it does not tell. */
export interface Format {
  entry(entry: Entry): Frame
  opening(verdict: Verdict): Frame
  /** Said in the middle of a stream when what follows its cursor is no longer kept. */
  lost(room: string, head: number): Frame
  joined(name: string): Frame
  left(name: string): Frame
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

/**
 * The id of the head, for a client that begins there, since it may lose the connection before an entry gives it one. It
 * is in a block of its own without data, which sets the last event id and dispatches nothing (WHATWG HTML, 9.2.6).
 */
export function startingPoint(epoch: string, { resume, head }: Verdict): Frame {
  return resume === 'live' ? encode({ id: formatId(epoch, head) }) : NOTHING
}

const NOTHING: Frame = Buffer.alloc(0)
