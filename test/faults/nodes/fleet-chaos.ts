import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../support/until.ts'
import { live, type ChaosOptions } from '../chaos.ts'
import type { Proxy } from '../network/proxy.ts'
import type { Random } from '../random.ts'
import type { Fleet, Node } from './fleet.ts'

const SHORTEST_LIFE_MS = 150
const LONGEST_LIFE_MS = 1100
const LONGEST_DOWN_MS = 800
/** Longer than a node takes to find out that nothing arrives. */
const SILENT_MS = 7000

type Fault = (fleet: Fleet, random: Random) => Promise<void>

const FAULTS: [Fault, weight: number][] = [
  [killNode, 8],
  [drainNode, 2],
  [killRedis, 5],
  [isolate, 6],
  [silence, 1],
]

/** Does one thing after the other to the nodes, to Redis and to what is between them, so often as it is told to. */
export async function runFleetChaos(
  fleet: Fleet,
  proxy: Proxy,
  random: Random,
  { kills, cuts, signal, onLife }: ChaosOptions,
): Promise<void> {
  for (let life = 0; ; life++) {
    await onLife(life)
    const share = life === kills ? cuts - proxy.cuts : Math.round((cuts - proxy.cuts) / (kills - life + 1))
    await live(proxy, random.integer(SHORTEST_LIFE_MS, LONGEST_LIFE_MS), share, random, signal)
    if (life >= kills) return
    await pick(random)(fleet, random)
    await until(
      () => isWell(fleet),
      () => 'all nodes to be well again',
      60_000,
    )
  }
}

function pick(random: Random): Fault {
  const deck = FAULTS.flatMap(([fault, weight]) => Array.from({ length: weight }, () => fault))
  return random.pick(deck)
}

async function killNode({ nodes }: Fleet, random: Random): Promise<void> {
  const { server } = random.pick(nodes)
  await server.kill()
  await delay(random.integer(0, LONGEST_DOWN_MS))
  server.spawn()
  await server.listening()
}

async function drainNode({ nodes }: Fleet, random: Random): Promise<void> {
  const { server } = random.pick(nodes)
  server.askToStop()
  await delay(random.integer(0, LONGEST_DOWN_MS))
  await server.kill()
  server.spawn()
  await server.listening()
}

async function killRedis(fleet: Fleet, random: Random): Promise<void> {
  await fleet.redis.kill()
  fleet.redisKills++
  await delay(random.integer(0, LONGEST_DOWN_MS))
  await fleet.redis.start()
}

async function isolate(fleet: Fleet, random: Random): Promise<void> {
  const { way } = random.pick(fleet.nodes)
  fleet.isolations++
  way.cut()
  await delay(random.integer(0, LONGEST_DOWN_MS))
  way.restore()
}

async function silence(fleet: Fleet, random: Random): Promise<void> {
  const { way } = random.pick(fleet.nodes)
  fleet.isolations++
  way.silence()
  await delay(SILENT_MS)
  way.restore()
}

async function isWell({ nodes }: Fleet): Promise<boolean> {
  return (await Promise.all(nodes.map(answers))).every(Boolean)
}

/** Whether a node can be asked for what only Redis knows. */
async function answers({ server }: Node): Promise<boolean> {
  try {
    return (await fetch(`${server.url}/messages?limit=1`)).ok
  } catch {
    return false
  }
}
