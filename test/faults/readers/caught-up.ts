import { setTimeout as delay } from 'node:timers/promises'
import { historyCursor } from './history-cursor.ts'
import { lastOf, numberOf, type Reader } from './reader.ts'
import { ROOMS } from '../writers/rooms.ts'

/** What a reader needs at the most to catch up once all is calm. */
const CATCH_UP_MS = 120_000
const PAUSE_MS = 20

/** Resolves with true once every reader has come to the head of its room, with false when some do not. */
export async function caughtUp(url: string, readers: Reader[], signal: AbortSignal): Promise<boolean> {
  const cursors = await Promise.all(ROOMS.map((room) => historyCursor(url, room, () => signal.aborted)))
  signal.throwIfAborted()
  const heads = new Map<string, number>(ROOMS.map((room, index) => [room, numberOf(cursors[index]!)]))
  const isThere = ({ history }: Reader) => history.base !== undefined && lastOf(history) >= heads.get(history.room)!
  const deadline = performance.now() + CATCH_UP_MS
  while (!readers.every(isThere)) {
    if (performance.now() > deadline) return false
    await delay(PAUSE_MS)
  }
  return true
}
