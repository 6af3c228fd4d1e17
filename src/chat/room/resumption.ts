import type { Cursor } from '../log/cursor.ts'
import type { Extent } from '../log/room-log.ts'

/** What a client learns about its cursor when it connects. */
export interface Resumption {
  room: string
  /** live: it had no cursor; resumed: it gets all it missed; reset: it cannot, and goes on from the head. */
  resume: 'live' | 'resumed' | 'reset'
  /** How many entries it is sent again. */
  replayed: number
  /** The number of the newest entry. */
  head: number
}

/** A resumption, and the number of the entry after which the client goes on. */
export interface ResolvedCursor {
  resumption: Resumption
  cursor: number
}

/** A client without a cursor hears what comes from now on. */
export function fromNow(room: string, head: number): ResolvedCursor {
  return { resumption: { room, resume: 'live', replayed: 0, head }, cursor: head }
}

/** Whether a client can go on where it wants to, when no more than `replayLimit` entries are sent again. */
export function resolveCursor(
  room: string,
  since: Cursor | 'start',
  { epoch, first, head }: Extent,
  replayLimit: number,
): ResolvedCursor {
  const cursor = since === 'start' ? first - 1 : since.number
  const replayed = head - cursor
  const isKnown = since === 'start' || (since.epoch === epoch && cursor >= first - 1)
  if (!isKnown || replayed < 0 || replayed > replayLimit)
    return { resumption: { room, resume: 'reset', replayed: 0, head }, cursor: head }
  return { resumption: { room, resume: 'resumed', replayed, head }, cursor }
}
