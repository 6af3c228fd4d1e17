import { mkdtempSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { ask, get, open, postForm } from '../load.ts'
import { residentBytes } from '../process-usage.ts'
import type { Setting } from '../scenario.ts'

const PATH = '/rooms/bench/chat'
const POST = postForm(PATH, `name=bob&message=${'x'.repeat(8000)}`)
/** Of 8 KB each: more than the kernel takes for a reader, three times over. */
const MESSAGES = 3000
const WARMING = 300
const READERS = 300
const SETTLE_MS = 1500

/** What is held for clients that never read, in a room that says far more than the kernel takes for them. */
export async function stalled({ contestants, results, directory }: Setting): Promise<void> {
  if (!contestants.some(({ name }) => name === TEAHOUSE)) return
  const server = await startTeahouse(mkdtempSync(join(directory, 'stalled-')))
  const speaker = await open(server.port)
  const say = async (count: number) => {
    for (let said = 0; said < count; said++) await ask(speaker, POST)
    await delay(SETTLE_MS)
  }
  await say(WARMING)
  const before = residentBytes(server.pid)
  const readers = await Promise.all(Array.from({ length: READERS }, () => neverRead(server.port)))
  await say(MESSAGES)
  results.add('stalled, bytes/reader', TEAHOUSE, (residentBytes(server.pid) - before) / READERS)
  for (const socket of [speaker, ...readers]) socket.destroy()
  await server.stop()
}

async function neverRead(port: number): Promise<Socket> {
  const socket = await open(port)
  socket.pause()
  socket.write(get(PATH))
  return socket
}
