import type { Entry } from './entry.ts'
import type { Page, RoomLog } from './room-log.ts'
import { nextTurn } from './turns.ts'

/** What a reader of many pages wants: the entries of one epoch after entry `after`, up to entry `upTo`. */
export interface Stretch {
  epoch: string
  after: number
  upTo: number
}

/** The log cannot go on with a stretch that it has begun: it has another epoch, or no longer keeps what comes next. */
export class EntriesLost extends Error {
  override readonly name = 'EntriesLost'
}

/** Reads one page as `log.read` does, when it is the caller's turn: many pages in a row do not hold up anybody else. */
export async function readPage(log: RoomLog, room: string, after: number, limit: number): Promise<Page> {
  await nextTurn()
  return log.read(room, after, limit)
}

/**
 * Reads all entries of a stretch in order, in pages of at most `limit`. It holds one page at a time, and reads the next
 * when the consumer asks for it. Throws EntriesLost rather than leave out an entry.
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
