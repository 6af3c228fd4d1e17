import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { Message } from '../../src/chat/log/entry.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { get, latencies, median } from '../load.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PAGES = 300
const BATCH = 1000

/** Pages of history and the start, with many messages stored and with few. The two servers take turns. */
export async function history({ sizes, results, directory }: Setting): Promise<void> {
  const heats: { size: string; server: ServerProcess; pages: Buffer[] }[] = []
  for (const [size, count] of Object.entries({ few: sizes.few, many: sizes.many })) {
    const data = mkdtempSync(join(directory, 'history-'))
    await fill(data, count)
    const server = await startTeahouse(data)
    const answer = await fetch(`http://127.0.0.1:${server.port}/messages?limit=1`)
    const epoch = ((await answer.json()) as { cursor: string }).cursor.split('-')[0]!
    const pages = Array.from({ length: PAGES }, (_, n) =>
      get(`/messages?before=${epoch}-${Math.max(51, Math.floor((count * (n + 1)) / PAGES))}`),
    )
    heats.push({ size, server, pages })
  }
  for (let round = 0; round <= sizes.rounds; round++) {
    for (const { size, server, pages } of heats) {
      const ms = median(await latencies(server.port, pages))
      // The first round warms them up.
      if (round > 0) results.add(`history, ms/page of ${size}`, TEAHOUSE, ms)
    }
  }
  for (const { size, server } of heats) {
    results.add(`history, start ms with ${size}`, TEAHOUSE, server.startMs)
    await server.stop()
  }
}

async function fill(data: string, count: number): Promise<void> {
  const store = openSqliteStore({ directory: data, nameLifetimeMs: 1 })
  const message = (number: number): Message => ({
    event: 'message',
    number,
    room: 'lobby',
    name: 'bob',
    text: `message ${number} of so many that nobody reads them all`,
    at: Date.now(),
    guest: true,
    author: null,
  })
  for (let done = 0; done < count; done += BATCH) {
    await store.log.import(
      'lobby',
      Array.from({ length: BATCH }, (_, n) => message(done + n + 1)),
    )
  }
  await store.close()
}
