import { setTimeout as delay } from 'node:timers/promises'
import { Crowd } from '../crowd.ts'
import { measure } from '../measure.ts'
import { residentBytes } from '../process-usage.ts'
import type { Setting } from '../scenario.ts'

const PATH = '/rooms/bench/chat'
const WARMING = 500
const SETTLE_MS = 1500

/** What a connection costs that listens and hears nothing: to open, and to keep. */
export async function idle({ contestants, sizes, results, directory }: Setting): Promise<void> {
  for (const { name, start } of contestants) {
    const server = await start(directory)
    const crowd = (size: number) => Crowd.open({ port: server.port, size, path: () => PATH })
    const warming = await crowd(WARMING)
    warming.close()
    await delay(SETTLE_MS)
    const before = residentBytes(server.pid)
    let listening = warming
    const cost = await measure(server.pid, async () => {
      listening = await crowd(sizes.idle)
    })
    await delay(SETTLE_MS)
    results.add('idle, bytes/connection', name, (residentBytes(server.pid) - before) / sizes.idle)
    results.add('idle, µs/connection', name, (cost.server / sizes.idle) * 1e6)
    listening.close()
    await server.stop()
  }
}
