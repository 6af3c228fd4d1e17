import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { Crowd, MARK } from '../crowd.ts'
import { ask, open, postForm } from '../load.ts'
import { measure } from '../measure.ts'
import { openDescriptors } from '../process-usage.ts'
import type { Results } from '../report/results.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PATH = '/rooms/bench/chat'
const BEHIND = 100
const WARMING = 500
const LEAVING_MS = 30_000
const COLD = 'storm, µs/connection'
const AGAIN = 'storm again, µs/connection'

interface Coming {
  /** Microseconds of the server's CPU. */
  perConnection: number
  seconds: number
  whole: number
}

/**
 * The server starts again, and all who listened come back at once: to Teahouse each the same entries behind, to a rival,
 * which can send nothing again, just so. Once more, to a server that has had one storm already.
 */
export async function storm({ contestants, sizes, results, directory }: Setting): Promise<void> {
  for (const { name, start } of contestants) {
    if (name === TEAHOUSE) await onTeahouse(mkdtempSync(join(directory, 'storm-')), sizes.storm, results)
    else await onRival(name, await start(directory), sizes.storm, results)
  }
}

async function onRival(name: string, server: ServerProcess, size: number, results: Results): Promise<void> {
  await warm(server)
  results.add(COLD, name, (await comeBack(server, size)).perConnection)
  results.add(AGAIN, name, (await comeBack(server, size)).perConnection)
  await server.stop()
}

async function onTeahouse(data: string, size: number, results: Results): Promise<void> {
  const cursor = await fill(data)
  const counting = await startTeahouse(data, ['bench/counting-teahouse.js'])
  await warm(counting)
  const { perConnection, seconds, whole } = await comeBack(counting, size, cursor)
  results.add(COLD, TEAHOUSE, perConnection)
  results.add('storm, whole', TEAHOUSE, whole)
  results.add('storm, s until all are whole', TEAHOUSE, seconds)
  results.add('storm, pages read', TEAHOUSE, Number(await counting.stop()))
  const server = await startTeahouse(data)
  await warm(server)
  await comeBack(server, size, cursor)
  results.add(AGAIN, TEAHOUSE, (await comeBack(server, size, cursor)).perConnection)
  await server.stop()
}

async function warm({ pid, port }: ServerProcess): Promise<void> {
  const before = openDescriptors(pid)
  const crowd = await Crowd.open({ port, size: WARMING, path: () => '/rooms/other/chat' })
  await leave(crowd, pid, before)
}

/** What it costs that so many come, and the part of them that gets all it has missed. */
async function comeBack({ pid, port }: ServerProcess, size: number, cursor?: string): Promise<Coming> {
  const before = openDescriptors(pid)
  const headers = cursor === undefined ? '' : `Last-Event-ID: ${cursor}\r\n`
  const { result: crowd, ...cost } = await measure(pid, async () => {
    const comers = await Crowd.open({ port, size, path: () => PATH, headers, lanes: size })
    if (cursor !== undefined) await comers.until(size * BEHIND)
    return comers
  })
  const whole = crowd.counts.filter((count) => count === BEHIND).length / size
  await leave(crowd, pid, before)
  return { perConnection: (cost.server / size) * 1e6, seconds: cost.seconds, whole }
}

/** Resolves when the server too has closed what was opened: whoever comes next may have the same port. */
async function leave(crowd: Crowd, pid: number, before: number): Promise<void> {
  crowd.close()
  const deadline = performance.now() + LEAVING_MS
  while (openDescriptors(pid) > before) {
    if (performance.now() > deadline) throw new Error('the server keeps the connections of those who have left')
    await delay(20)
  }
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
