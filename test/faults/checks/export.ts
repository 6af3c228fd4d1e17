import { pathOf, ROOMS } from '../writers/rooms.ts'

/** A line of the export. */
export interface LogEntry {
  event: string
  id: string
  /** Null for somebody without a name; none when it was erased. */
  name?: string | null
  text?: string
  [field: string]: unknown
}

/** The whole logs of the rooms, by room, as the server exports them; rejects when `signal` aborts. */
export async function exportRooms(url: string, signal: AbortSignal): Promise<Map<string, LogEntry[]>> {
  return new Map(await Promise.all(ROOMS.map(async (room) => [room, await exportRoom(url, room, signal)] as const)))
}

async function exportRoom(url: string, room: string, signal: AbortSignal): Promise<LogEntry[]> {
  const response = await fetch(`${url}${pathOf(room, 'messages')}`, {
    headers: { Accept: 'application/x-ndjson' },
    signal,
  })
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogEntry)
}
