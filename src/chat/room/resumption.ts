import type { Cursor } from '../log/cursor.ts'
import type { Extent } from '../log/room-log.ts'

/** The result of a client's attempt to resume; its stream begins with this. */
export interface Resumption {
  room: string
  /**
   * live: it has no cursor; resumed: it gets every entry that it missed; reset: it cannot, and continues at the head.
   */
  resume: 'live' | 'resumed' | 'reset'
  /** How many missed entries it gets. */
  replayed: number
  /** The number of the newest entry. */
  head: number
}

/** A resumption, and the number of the entry after which the stream continues. */
export interface ResolvedCursor {
  resumption: Resumption
  cursor: number
}

/** The resumption of a client without a cursor: it gets new entries only. */
export function fromNow(room: string, head: number): ResolvedCursor {
  return { resumption: { room, resume: 'live', replayed: 0, head }, cursor: head }
}

/** Decides whether a client can resume: the log must still have all entries that it missed, at most `replayLimit`. */
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
