import { setTimeout as delay } from 'node:timers/promises'
import type { Proxy } from './network/proxy.ts'
import type { Random } from './random.ts'
import type { ServerProcess } from './server-process.ts'

export interface ChaosOptions {
  kills: number
  cuts: number
  /** Called at the beginning of each of the server's lives, when all is well, with its index. */
  onLife: (life: number) => Promise<void>
  /** Ends it early, with a rejection. */
  signal: AbortSignal
}

const SHORTEST_LIFE_MS = 150
const LONGEST_LIFE_MS = 1100
/** The part of the kills that come while the server starts, and while it drains. */
const KILLED_AT_START = 0.05
const KILLED_DRAINING = 0.1
const LONGEST_START_MS = 250

/** Cuts connections and kills the server at random moments, so often as it is told to; in the end the server runs. */
export async function runChaos(
  server: ServerProcess,
  proxy: Proxy,
  random: Random,
  options: ChaosOptions,
): Promise<void> {
  const { kills, cuts, onLife, signal } = options
  for (let life = 0; ; life++) {
    await onLife(life)
    const livesLeft = kills - server.kills + 1
    const share = livesLeft === 1 ? cuts - proxy.cuts : Math.round((cuts - proxy.cuts) / livesLeft)
    await live(proxy, random.integer(SHORTEST_LIFE_MS, LONGEST_LIFE_MS), share, random, signal)
    if (server.kills >= kills) return
    await killAndStart(server, random, kills)
  }
}

/** Lets `ms` pass, with `cuts` cuts at random moments. */
export async function live(proxy: Proxy, ms: number, cuts: number, random: Random, signal: AbortSignal): Promise<void> {
  const moments = Array.from({ length: cuts }, () => random.integer(0, ms)).toSorted((a, b) => a - b)
  let now = 0
  for (const moment of moments) {
    await delay(moment - now, undefined, { signal })
    now = moment
    // Just after a kill there may be nobody to cut off.
    while (!proxy.cut()) await delay(5, undefined, { signal })
  }
  await delay(ms - now, undefined, { signal })
}

async function killAndStart(server: ServerProcess, random: Random, kills: number): Promise<void> {
  if (random.chance(KILLED_DRAINING)) {
    server.askToStop()
    await delay(random.integer(0, LONGEST_START_MS))
  }
  await server.kill()
  server.spawn()
  if (random.chance(KILLED_AT_START) && server.kills < kills) {
    await delay(random.integer(0, LONGEST_START_MS))
    await server.kill()
    server.spawn()
  }
  await server.listening()
}
