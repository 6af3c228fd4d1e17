import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Entry } from '../chat/log/entry.ts'
import { parseExportLine } from '../chat/log/export-line.ts'
import { LOBBY, parseRoomName } from '../chat/room/room-name.ts'
import type { Config } from '../config/config.ts'
import { StoreError } from '../store/store-error.ts'
import { openStore } from '../store/open-store.ts'

/**
 * Adds all entries of an NDJSON export to the configured room, or else to the room from which they were exported.
 * Rejects with StoreError when the file has an invalid line, and then adds none.
 */
export async function importExport(config: Config, file: string): Promise<{ count: number; room: string }> {
  const entries = await readExport(file)
  const room = config.room ?? originOf(entries)
  const store = await openStore(config)
  try {
    await store.log.import(room, entries)
  } finally {
    await store.close()
  }
  return { count: entries.length, room }
}

async function readExport(file: string): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const entry = parseExportLine(line)
      const last = entries.at(-1)
      if (last && entry.number !== last.number + 1) throw new Error('does not follow the line before')
      entries.push(entry)
    }
  } catch (error) {
    throw new StoreError(`${file}: line ${entries.length + 1}: ${(error as Error).message}`)
  }
  return entries
}

function originOf(entries: Entry[]): string {
  const message = entries.find((entry) => entry.event === 'message')
  return (message?.event === 'message' && parseRoomName(message.room)) || LOBBY
}
