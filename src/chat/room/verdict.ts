import type { Cursor } from '../log/cursor.ts'

/** What a client learns about its cursor when it connects. */
export interface Verdict {
  room: string
  /** live: it had no cursor; resumed: it gets all it missed; reset: it cannot, and goes on from the head. */
  resume: 'live' | 'resumed' | 'reset'
  /** How many entries it is sent again. */
  replayed: number
  /** The number of the newest entry. */
  head: number
}

/** What of a room's log can be sent again. */
export interface Replayable {
  epoch: string
  /** The oldest entry kept. */
  first: number
  head: number
  /** How many entries are sent again at the most. */
  replayLimit: number
}

/** A verdict, and the number of the entry after which the client goes on. */
export interface Judgement {
  verdict: Verdict
  cursor: number
}

/** A client without a cursor hears what comes from now on. */
export function fromNow(room: string, head: number): Judgement {
  return { verdict: { room, resume: 'live', replayed: 0, head }, cursor: head }
}

/** Whether a client can go on where it wants to. */
export function judge(
  room: string,
  since: Cursor | 'start',
  { epoch, first, head, replayLimit }: Replayable,
): Judgement {
  const cursor = since === 'start' ? first - 1 : since.number
  const replayed = head - cursor
  const isKnown = since === 'start' || (since.epoch === epoch && cursor >= first - 1)
  if (!isKnown || replayed < 0 || replayed > replayLimit)
    return { verdict: { room, resume: 'reset', replayed: 0, head }, cursor: head }
  return { verdict: { room, resume: 'resumed', replayed, head }, cursor }
}
