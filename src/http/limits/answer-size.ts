import type { Entry } from '../../chat/log/entry.ts'
import { readPage } from '../../chat/log/read-entries.ts'
import type { History, Page, RoomLog } from '../../chat/log/room-log.ts'
import { nextTurn } from '../../chat/log/turns.ts'

/**
 * Characters of all texts in one answer; the server holds it in memory until the client has read it. This is enough for
 * twelve messages of the greatest length, and for 200 messages of usual length.
 */
const MOST_LETTERS = 100_000
/** Entries read from the log at a time. Reading many long ones at once would block the event loop. */
const STEP = 20

/** The newest messages, or those before entry `before`, as many as fit into one answer. */
export async function historyPage(log: RoomLog, room: string, limit: number, before?: number): Promise<History> {
  const page = await log.history(room, Math.min(limit, STEP), before)
  const newestFirst = page.messages.toReversed()
  let { more } = page
  while (more && newestFirst.length < limit && lettersOf(newestFirst) <= MOST_LETTERS) {
    await nextTurn()
    const step = await log.history(room, Math.min(limit - newestFirst.length, STEP), newestFirst.at(-1)!.number)
    // The epoch changed between the two reads, so the numbers do not match: start again.
    if (step.epoch !== page.epoch) return historyPage(log, room, limit, before)
    newestFirst.push(...step.messages.toReversed())
    more = step.more
  }
  const messages = fitting(newestFirst)
  return { ...page, messages: messages.toReversed(), more: more || messages.length < newestFirst.length }
}

/** The entries after entry `after`, as many as fit into one answer. */
export async function entriesPage(log: RoomLog, room: string, after: number, limit: number): Promise<Page> {
  const { epoch, entries } = await log.read(room, after, Math.min(limit, STEP))
  let isMore = entries.length === STEP
  while (isMore && entries.length < limit && lettersOf(entries) <= MOST_LETTERS) {
    const step = await readPage(log, room, after + entries.length, Math.min(limit - entries.length, STEP))
    if (step.epoch !== epoch) return entriesPage(log, room, after, limit)
    entries.push(...step.entries)
    isMore = step.entries.length === STEP
  }
  return { epoch, entries: fitting(entries) }
}

/** The first items whose texts fit into one answer; at least one, if there are any. */
function fitting<Item extends Entry>(items: Item[]): Item[] {
  let letters = 0
  const end = items.findIndex((item) => (letters += lettersOf([item])) > MOST_LETTERS)
  return end < 0 ? items : items.slice(0, Math.max(1, end))
}

function lettersOf(items: Entry[]): number {
  return items.reduce((sum, item) => sum + ('text' in item ? item.text.length : 0), 0)
}
