import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { Crowd, MARK } from '../crowd.ts'
import { ask, open, postForm } from '../load.ts'
import { measure } from '../measure.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PATH = '/rooms/bench/chat'
const BEHIND = 100
const WARMING = 500

/**
 * The server starts again, and all who listened come back at once: to Teahouse each the same entries behind, to a rival,
 * which can send nothing again, just so.
 */
export async function storm({ contestants, sizes, results, directory }: Setting): Promise<void> {
  for (const { name, start } of contestants) {
    if (name === TEAHOUSE) continue
    const server = await start(directory)
    await comeBack(name, server, sizes.storm, results)
    await server.stop()
  }
  if (!contestants.some(({ name }) => name === TEAHOUSE)) return
  const data = mkdtempSync(join(directory, 'storm-'))
  const cursor = await fill(data)
  const server = await startTeahouse(data, ['bench/counting-teahouse.js'])
  await comeBack(TEAHOUSE, server, sizes.storm, results, cursor)
  results.add('storm, pages read', TEAHOUSE, Number(await server.stop()))
}

async function comeBack(
  name: string,
  server: ServerProcess,
  size: number,
  results: Setting['results'],
  cursor?: string,
): Promise<void> {
  const warming = await Crowd.open({ port: server.port, size: WARMING, path: () => '/rooms/other/chat' })
  warming.close()
  const headers = cursor === undefined ? '' : `Last-Event-ID: ${cursor}\r\n`
  let crowd = warming
  const cost = await measure(server.pid, async () => {
    crowd = await Crowd.open({ port: server.port, size, path: () => PATH, headers, lanes: size })
    if (cursor !== undefined) await crowd.until(size * BEHIND)
  })
  results.add('storm, µs/connection', name, (cost.server / size) * 1e6)
  if (cursor !== undefined) {
    const whole = crowd.counts.filter((count) => count === BEHIND).length
    results.add('storm, whole', name, whole / size)
    results.add('storm, s until all are whole', name, cost.seconds)
  }
  crowd.close()
}

/** Returns the id of an entry that is followed by `BEHIND` more. */
async function fill(data: string): Promise<string> {
  const server = await startTeahouse(data)
  const socket = await open(server.port)
  const post = postForm(PATH, `name=bob&message=${MARK}thirty+bytes+of+a+message+here`)
  for (let count = 0; count < BEHIND; count++) await ask(socket, post)
  const first = await ask(socket, post)
  for (let count = 0; count < BEHIND; count++) await ask(socket, post)
  socket.destroy()
  await server.stop()
  return /"id":"([a-z0-9-]+)"/.exec(first)![1]!
}
