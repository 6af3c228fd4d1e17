import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { startTeahouse, TEAHOUSE } from '../contestants.ts'
import { Crowd, MARK } from '../crowd.ts'
import { ask, open, postForm } from '../load.ts'
import { measure } from '../measure.ts'
import type { Setting } from '../scenario.ts'

const PATH = '/rooms/bench/chat'
const BEHIND = 100

/** The server starts again, and all who listened come back at once, each the same entries behind. */
export async function storm({ sizes, results, directory }: Setting): Promise<void> {
  const data = mkdtempSync(join(directory, 'storm-'))
  const cursor = await fill(data)
  const server = await startTeahouse(data, ['--import', 'tsx', 'bench/counting-teahouse.ts'])
  const warming = await Crowd.open({ port: server.port, size: 500, path: () => '/rooms/other/chat' })
  warming.close()
  let crowd = warming
  const cost = await measure(server.pid, async () => {
    crowd = await Crowd.open({
      port: server.port,
      size: sizes.storm,
      path: () => PATH,
      headers: `Last-Event-ID: ${cursor}\r\n`,
      lanes: sizes.storm,
    })
    await crowd.until(sizes.storm * BEHIND)
  })
  const whole = crowd.counts.filter((count) => count === BEHIND).length
  results.add('storm, whole', TEAHOUSE, whole / sizes.storm)
  results.add('storm, s until all are whole', TEAHOUSE, cost.seconds)
  results.add('storm, µs/connection', TEAHOUSE, (cost.server / sizes.storm) * 1e6)
  crowd.close()
  results.add('storm, pages read', TEAHOUSE, Number(await server.stop()))
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
