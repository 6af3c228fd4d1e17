import type { Entry } from './entry.ts'
import type { Page, RoomLog } from './room-log.ts'
import { nextTurn } from './turns.ts'

/** A range of entries of one epoch: from `after + 1` to `upTo`. */
export interface Stretch {
  epoch: string
  after: number
  upTo: number
}

/** Thrown when a range cannot be read to its end: the log has a new epoch, or no longer keeps the next entry. */
export class EntriesLost extends Error {
  override readonly name = 'EntriesLost'
}

/**
 * Waits for the caller's turn, then calls `log.read`. Read long ranges with it, so that they do not delay other work.
 */
export async function readPage(log: RoomLog, room: string, after: number, limit: number): Promise<Page> {
  await nextTurn()
  return log.read(room, after, limit)
}

/**
 * Reads all entries of a range in order, in pages of at most `limit`. It reads the next page only when the consumer
 * asks for it, so it holds one page at a time. Throws EntriesLost if it would have to skip an entry.
 */
export async function* readEntries(
  log: RoomLog,
  room: string,
  { epoch, after, upTo }: Stretch,
  limit: number,
): AsyncGenerator<Entry[]> {
  while (after < upTo) {
    const page = await readPage(log, room, after, Math.min(limit, upTo - after))
    if (page.epoch !== epoch) throw new EntriesLost(`${room} has another epoch than ${epoch}`)
    const last = page.entries.at(-1)
    if (!last) throw new EntriesLost(`${room} no longer keeps entry ${after + 1}`)
    after = last.number
    yield page.entries
  }
}
