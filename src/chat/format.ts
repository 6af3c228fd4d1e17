import type { Frame } from '../sse/index.ts'
import type { Entry } from './entry.ts'
import type { Roster } from './presence.ts'
import type { Verdict } from './verdict.ts'

/** How one kind of stream says what happens in a room. What it returns undefined for, it does not tell. */
export interface Format {
  entry(entry: Entry): Frame
  opening(verdict: Verdict): Frame
  /** Said in the middle of a stream when what follows its cursor is no longer kept. */
  lost(room: string, head: number): Frame
  joined(name: string): Frame
  left(name: string): Frame
  typing(name: string): Frame | undefined
  roster(roster: Roster): Frame | undefined
  /** Said to one stream: its own session goes by this name now; null when it is over, and the stream a guest's. */
  session(name: string | null): Frame | undefined
  heartbeat(now: number): Frame
  /** The last frame: the client is to come back after `retryMs`. */
  closing(retryMs: number): Frame
}

/** Milliseconds after which a client reconnects when its connection is lost. */
export const RETRY_MS = 3000
