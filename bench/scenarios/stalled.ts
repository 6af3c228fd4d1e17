import { mkdtempSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { ask, get, open, postForm, postText } from '../load.ts'
import { residentBytes } from '../process-usage.ts'
import type { Setting } from '../scenario.ts'

/** Clients that never read, and what is said to them. */
interface Crowd {
  figure: string
  rooms: number
  readersPerRoom: number
  /** In each room. */
  messages: number
  post: (path: string) => Buffer
}

const WARMING = 300
const SETTLE_MS = 1500
/** Rooms in which somebody speaks at a time. */
const SPEAKERS = 5

/** Each of them says more than the kernel takes for a reader. */
const CROWDS: Crowd[] = [
  {
    figure: 'stalled, bytes/reader',
    rooms: 1,
    readersPerRoom: 300,
    messages: 3000,
    post: (path) => postForm(path, `name=bob&message=${'x'.repeat(8000)}`),
  },
  {
    figure: 'stalled in 125 rooms, bytes/reader',
    rooms: 125,
    readersPerRoom: 4,
    messages: 250,
    // The longest message that there may be.
    post: (path) => postText(path, '茶'.repeat(8000)),
  },
]

/** What is held for clients that never read: many in one room, and few in each of many rooms that say what is long. */
export async function stalled({ contestants, results, directory }: Setting): Promise<void> {
  if (!contestants.some(({ name }) => name === TEAHOUSE)) return
  for (const crowd of CROWDS) results.add(crowd.figure, TEAHOUSE, await bytesPerReader(crowd, directory))
}

async function bytesPerReader({ rooms, readersPerRoom, messages, post }: Crowd, directory: string): Promise<number> {
  const server = await startTeahouse(mkdtempSync(join(directory, 'stalled-')))
  const paths = Array.from({ length: rooms }, (_, room) => `/rooms/bench-${room}/chat`)
  const speakers = await Promise.all(Array.from({ length: SPEAKERS }, () => open(server.port)))
  const say = async (count: number) => {
    const waiting = paths.values()
    const speak = async (speaker: Socket) => {
      for (const path of waiting) for (let said = 0; said < count; said++) await ask(speaker, post(path))
    }
    await Promise.all(speakers.map(speak))
    await delay(SETTLE_MS)
  }
  await say(Math.ceil(WARMING / rooms))
  const before = residentBytes(server.pid)
  const readers = await Promise.all(
    paths.flatMap((path) => Array.from({ length: readersPerRoom }, () => neverRead(server.port, path))),
  )
  await say(messages)
  const bytes = (residentBytes(server.pid) - before) / readers.length
  for (const socket of [...speakers, ...readers]) socket.destroy()
  await server.stop()
  return bytes
}

async function neverRead(port: number, path: string): Promise<Socket> {
  const socket = await open(port)
  socket.pause()
  socket.write(get(path))
  return socket
}
