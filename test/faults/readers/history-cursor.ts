import { setTimeout as delay } from 'node:timers/promises'
import { pathOf } from '../writers/rooms.ts'

const PAUSE_MS = 20
const PATIENCE_MS = 10_000

/** The cursor that the newest page of history ends with; asks until it is answered, or `isOver`. */
export async function historyCursor(url: string, room: string, isOver: () => boolean): Promise<string> {
  while (!isOver()) {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const response = await fetch(`${url}${pathOf(room, 'messages')}?limit=1`, { signal })
      const { cursor } = (await response.json()) as { cursor?: string }
      if (cursor !== undefined) return cursor
      await delay(PAUSE_MS)
    } catch {
      await delay(PAUSE_MS)
    }
  }
  return ''
}
