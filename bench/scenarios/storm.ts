import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { Crowd, MARK } from '../crowd.ts'
import { ask, open, postForm } from '../load.ts'
import { measure, type Cost } from '../measure.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PATH = '/rooms/bench/chat'
const BEHIND = 100
const WARMING = 500
const LEAVING_MS = 2000
const COLD = 'storm, µs/connection'
const AGAIN = 'storm again, µs/connection'

/**
 * The server starts again, and all who listened come back at once: to Teahouse each the same entries behind, to a rival,
 * which can send nothing again, just so. Once more, to a server that has had one storm already.
 */
export async function storm({ contestants, sizes, results, directory }: Setting): Promise<void> {
  const perConnection = ({ server }: Cost) => (server / sizes.storm) * 1e6
  for (const { name, start } of contestants) {
    if (name === TEAHOUSE) continue
    const server = await start(directory)
    await warm(server)
    for (const figure of [COLD, AGAIN]) {
      const { cost } = await comeBack(server, sizes.storm)
      results.add(figure, name, perConnection(cost))
    }
    await server.stop()
  }
  if (!contestants.some(({ name }) => name === TEAHOUSE)) return
  const data = mkdtempSync(join(directory, 'storm-'))
  const cursor = await fill(data)
  const counting = await startTeahouse(data, ['bench/counting-teahouse.js'])
  await warm(counting)
  const { cost, whole } = await comeBack(counting, sizes.storm, cursor)
  results.add(COLD, TEAHOUSE, perConnection(cost))
  results.add('storm, whole', TEAHOUSE, whole)
  results.add('storm, s until all are whole', TEAHOUSE, cost.seconds)
  results.add('storm, pages read', TEAHOUSE, Number(await counting.stop()))
  const server = await startTeahouse(data)
  await warm(server)
  await comeBack(server, sizes.storm, cursor)
  results.add(AGAIN, TEAHOUSE, perConnection((await comeBack(server, sizes.storm, cursor)).cost))
  await server.stop()
}

async function warm({ port }: ServerProcess): Promise<void> {
  const crowd = await Crowd.open({ port, size: WARMING, path: () => '/rooms/other/chat' })
  crowd.close()
}

/** What it costs that so many come, and the part of them that gets all it has missed. */
async function comeBack(
  { pid, port }: ServerProcess,
  size: number,
  cursor?: string,
): Promise<{ cost: Cost; whole: number }> {
  const headers = cursor === undefined ? '' : `Last-Event-ID: ${cursor}\r\n`
  let counts: Uint32Array = new Uint32Array()
  let leave = () => {}
  const cost = await measure(pid, async () => {
    const crowd = await Crowd.open({ port, size, path: () => PATH, headers, lanes: size })
    if (cursor !== undefined) await crowd.until(size * BEHIND)
    ;({ counts } = crowd)
    leave = () => crowd.close()
  })
  leave()
  await delay(LEAVING_MS)
  return { cost, whole: counts.filter((count) => count === BEHIND).length / size }
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
