import { setTimeout as delay } from 'node:timers/promises'
import { ON_REDIS, startNode, TWO_NODES } from '../contestants.ts'
import { Crowd, MARK } from '../crowd.ts'
import { askFor, postForm } from '../load.ts'
import { cpuSeconds } from '../process-usage.ts'
import { hasRedis, startRedis, type RedisProcess } from '../redis.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PATH = '/rooms/bench/chat'
const POST = postForm(PATH, `name=bob&message=${MARK}thirty+bytes+of+a+message+here`)
const OUTSTANDING = 64
const SETTLE_MS = 300

interface Heat {
  name: string
  redis: RedisProcess
  nodes: ServerProcess[]
  crowds: Crowd[]
}

/** One room whose subscribers are with one node, or shared out between two; all posts come to the first. */
export async function nodes({ sizes, results, directory }: Setting): Promise<void> {
  if (!hasRedis) return
  const heats: Heat[] = []
  for (const [name, count] of [
    [ON_REDIS, 1],
    [TWO_NODES, 2],
  ] as const) {
    const redis = await startRedis(directory)
    const nodes = await Promise.all(Array.from({ length: count }, () => startNode(redis.url)))
    const size = sizes.subscribers / count
    const crowds = await Promise.all(nodes.map(({ port }) => Crowd.open({ port, size, path: () => PATH })))
    heats.push({ name, redis, nodes, crowds })
  }
  for (let round = 0; round <= sizes.rounds; round++) {
    // The first round warms them up.
    const note = (figure: string, name: string, value: number) => round > 0 && results.add(figure, name, value)
    for (const [figure, outstanding] of [
      ['one at a time', 1],
      ['burst', OUTSTANDING],
    ] as const) {
      for (const heat of heats) await posts(heat, `nodes, ${figure}`, outstanding, sizes.seconds, note)
    }
  }
  for (const { redis, nodes, crowds } of heats) {
    for (const crowd of crowds) crowd.close()
    for (const node of nodes) await node.stop()
    await redis.stop()
  }
}

type Note = (figure: string, server: string, value: number) => void

async function posts(
  { name, redis, nodes, crowds }: Heat,
  figure: string,
  outstanding: number,
  seconds: number,
  note: Note,
): Promise<void> {
  await delay(SETTLE_MS)
  const used = () => nodes.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0)
  const [before, cpu, redisCpu] = [crowds.map(({ received }) => received), used(), cpuSeconds(redis.pid)]
  const started = performance.now()
  const { answers } = await askFor(seconds, nodes[0]!.port, outstanding, () => POST)
  await Promise.all(crowds.map((crowd, index) => crowd.until(before[index]! + answers * crowd.counts.length)))
  const took = (performance.now() - started) / 1000
  const deliveries = crowds.reduce((sum, { received }, index) => sum + received - before[index]!, 0)
  note(`${figure}, deliveries/s`, name, deliveries / took)
  note(`${figure}, µs/delivery`, name, ((used() - cpu) / deliveries) * 1e6)
  note(`${figure}, µs of Redis/post`, name, ((cpuSeconds(redis.pid) - redisCpu) / answers) * 1e6)
}
