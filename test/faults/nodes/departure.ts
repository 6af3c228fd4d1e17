import { request } from 'undici'
import { listen } from '../../support/http/listener.ts'
import { until } from '../../support/until.ts'
import type { Finding } from '../checks/verdict.ts'
import type { Fleet } from './fleet.ts'

/** By when those who were with a node that has died must have left. */
const MOST_MS = 30_000

/** Kills a node that somebody is with, and looks from another one when they have left. The node stays dead. */
export async function checkDeparture({ nodes }: Fleet): Promise<{ findings: Finding[]; seconds: number }> {
  const [watching, dying] = [nodes[0]!.server, nodes[1]!.server]
  const room = '/rooms/departures'
  const headers = { Authorization: `Bearer ${await takeName(dying.url)}` }
  const [watcher] = [await listen(`${watching.url}${room}/chat?format=json`)]
  const [named, guest] = [await listen(`${dying.url}${room}/chat`, headers), await listen(`${dying.url}${room}/chat`)]
  const count = async () => {
    const { body } = await request(`${watching.url}${room}/users`)
    return ((await body.json()) as { count: number }).count
  }
  await until(async () => (await count()) === 3)
  await dying.kill()
  const begun = performance.now()
  const findings: Finding[] = []
  try {
    await until(
      async () => watcher.data('left').length > 0 && (await count()) === 1,
      () => 'the people of a dead node to leave',
      MOST_MS,
    )
  } catch (error) {
    findings.push({ kind: 'stayed', what: (error as Error).message })
  }
  for (const listener of [watcher, named, guest]) listener.close()
  return { findings, seconds: (performance.now() - begun) / 1000 }
}

async function takeName(url: string): Promise<string> {
  const { body } = await request(`${url}/addUser`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: '过客', room: 'elsewhere' }),
  })
  return ((await body.json()) as { token: string }).token
}
