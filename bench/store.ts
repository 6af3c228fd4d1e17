import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '../src/chat/entry.ts'
import { openSqliteStore } from '../src/store/sqlite/store.ts'
import { answersPerSecond, get, latencies, median, postForm } from './load.ts'
import { startServerProcess } from './server-process.ts'

/** Durable posts beside a bare Koa route; pages of history and the start, with many messages stored and with few. */
const CONNECTIONS = 64
const SECONDS = 4
const ROUNDS = 3
const PAGES = 300
const FEW = 1000
const MANY = 1_000_000

const directory = mkdtempSync(join(tmpdir(), 'teahouse-bench-'))
const teahouse = (data: string) =>
  startServerProcess(['dist/main.js', '--host', '127.0.0.1', '--port', '0', '--limits', 'off', '--data', data])

async function posts(): Promise<void> {
  const [ours, bare] = await Promise.all([
    teahouse(join(directory, 'posts')),
    startServerProcess(['bench/rivals/bare-koa.js']),
  ])
  const request = postForm('/chat', 'name=bob&message=thirty+bytes+of+a+message+here')
  const rates: { ours: number; bare: number }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    rates.push({
      bare: await answersPerSecond(bare.port, request, CONNECTIONS, SECONDS),
      ours: await answersPerSecond(ours.port, request, CONNECTIONS, SECONDS),
    })
  }
  await Promise.all([ours.stop(), bare.stop()])
  // The first round warms both up.
  const counted = rates.slice(1)
  const ratio = median(counted.map((rate) => rate.ours / rate.bare))
  console.log(`durable posts from ${CONNECTIONS} connections: ${ratio.toFixed(2)} of a bare Koa route`)
  console.log(
    `  ${Math.round(median(counted.map((rate) => rate.ours)))}/s, bare ${Math.round(median(counted.map((rate) => rate.bare)))}/s`,
  )
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
  })
  for (let done = 0; done < count; done += FEW) {
    await store.log.import(
      'lobby',
      Array.from({ length: FEW }, (_, n) => message(done + n + 1)),
    )
  }
  await store.close()
}

async function history(count: number): Promise<{ pageMs: number; startMs: number }> {
  const data = join(directory, `history-${count}`)
  await fill(data, count)
  const server = await teahouse(data)
  const epoch = epochOf(await fetch(`http://127.0.0.1:${server.port}/messages?limit=1`).then((answer) => answer.json()))
  const pages = Array.from({ length: PAGES }, (_, n) =>
    get(`/messages?before=${epoch}-${Math.max(51, Math.floor((count * (n + 1)) / PAGES))}`),
  )
  await latencies(server.port, pages)
  const pageMs = median(await latencies(server.port, pages))
  await server.stop()
  return { pageMs, startMs: server.startMs }
}

function epochOf(page: unknown): string {
  return (page as { cursor: string }).cursor.split('-')[0]!
}

try {
  await posts()
  const [few, many] = [await history(FEW), await history(MANY)]
  console.log(
    `a page of 50 out of ${MANY} messages: ${(many.pageMs / few.pageMs).toFixed(2)} of the time out of ${FEW}`,
  )
  console.log(`  ${many.pageMs.toFixed(2)} ms, ${few.pageMs.toFixed(2)} ms`)
  console.log(
    `start with ${MANY} messages: ${(many.startMs / 1000).toFixed(2)} s, with ${FEW}: ${(few.startMs / 1000).toFixed(2)} s`,
  )
} finally {
  rmSync(directory, { recursive: true })
}
