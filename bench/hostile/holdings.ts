import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { get } from '../load.ts'
import { residentBytes } from '../process-usage.ts'
import { dial, HEAVY_ROOMS, type Target } from './target.ts'

/** Something that one address makes the server hold, by connections that send this and then read nothing. */
export interface Holding {
  name: string
  bytes: (index: number) => Buffer
}

/** More than one address may have. */
const CONNECTIONS = 620
const WARMING = 20
const SETTLE_MS = 1500
const LEAVING_MS = 500
const ATTACKER = '127.0.9.9'
const PIPELINED = 30
/** Query and headers of each; each is a channel of its own, so that each room counts three times. */
const FORMATS = [
  ['&format=json', ''],
  ['', 'Accept-Language: zh\r\n'],
  ['', 'Accept-Language: en\r\n'],
] as const
const LARGEST_BODY = 131_072
const MOST_HEADERS = 15_000

export const HOLDINGS: Holding[] = [
  { name: 'idle connections', bytes: () => get('/healthz') },
  { name: 'idle streams', bytes: (index) => get(`/rooms/idle-${index}/chat?format=json`) },
  {
    name: 'unfinished headers',
    bytes: () => Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(MOST_HEADERS)}`),
  },
  { name: 'unfinished bodies', bytes: () => Buffer.from(`${POST_HEAD}${'x'.repeat(LARGEST_BODY - 1)}`) },
  {
    name: 'unread history',
    bytes: (index) => Buffer.concat(Array.from({ length: PIPELINED }, () => get(`${heavy(index)}/messages?limit=200`))),
  },
  { name: 'unread exports', bytes: () => get('/messages', 'Accept: application/x-ndjson\r\n') },
  {
    name: 'unread exports, long messages',
    bytes: (index) => get(`${heavy(index)}/messages`, 'Accept: application/x-ndjson\r\n'),
  },
  { name: 'stalled streams, many rooms', bytes: stalledStream },
]

const POST_HEAD = `POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: ${LARGEST_BODY}\r\n\r\n`

/** Bytes of memory that the server has more once all connections have sent what they have, and it has come to rest. */
export async function measureHolding(target: Target, { bytes }: Holding): Promise<number> {
  const warming = await hold(target, WARMING, bytes)
  for (const socket of warming) socket.destroy()
  await delay(LEAVING_MS)
  const before = residentBytes(target.pid)
  const holding = await hold(target, CONNECTIONS, bytes)
  await delay(SETTLE_MS)
  const held = residentBytes(target.pid) - before
  for (const socket of holding) socket.destroy()
  return held
}

async function hold({ port }: Target, count: number, bytes: Holding['bytes']): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const socket = await dial(port, ATTACKER)
      socket.pause()
      socket.write(bytes(index))
      return socket
    }),
  )
}

function heavy(index: number): string {
  return `/rooms/heavy-${index % HEAVY_ROOMS}`
}

function stalledStream(index: number): Buffer {
  const [query, headers] = FORMATS[Math.floor(index / HEAVY_ROOMS) % FORMATS.length]!
  return get(`${heavy(index)}/chat?since=start${query}`, headers)
}
