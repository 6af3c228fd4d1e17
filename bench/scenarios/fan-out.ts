import { setTimeout as delay } from 'node:timers/promises'
import { Crowd, MARK } from '../crowd.ts'
import { ask, askFor, open, postForm, quantile } from '../load.ts'
import { measure } from '../measure.ts'
import type { Setting } from '../scenario.ts'
import type { ServerProcess } from '../server-process.ts'

const PATH = '/rooms/bench/chat'
const POST = postForm(PATH, `name=bob&message=${MARK}thirty+bytes+of+a+message+here`)
const OUTSTANDING = 64
const MESSAGES_PER_SECOND = 50
const SETTLE_MS = 300

interface Heat {
  name: string
  server: ServerProcess
  crowd: Crowd
}

/** One room, many subscribers: posts one at a time, a burst of them, and so many a second. The servers take turns. */
export async function fanOut({ contestants, sizes, results, directory }: Setting): Promise<void> {
  const heats: Heat[] = []
  for (const { name, start } of contestants) {
    const server = await start(directory)
    heats.push({
      name,
      server,
      crowd: await Crowd.open({ port: server.port, size: sizes.subscribers, path: () => PATH }),
    })
  }
  for (let round = 0; round <= sizes.rounds; round++) {
    // The first round warms them up.
    const note = (figure: string, name: string, value: number) => round > 0 && results.add(figure, name, value)
    for (const heat of heats) await posts(heat, 'one at a time', 1, sizes.seconds, note)
    for (const heat of heats) await posts(heat, 'burst', OUTSTANDING, sizes.seconds, note)
    for (const heat of heats) await paced(heat, sizes.seconds, note)
  }
  for (const { crowd, server } of heats) {
    crowd.close()
    await server.stop()
  }
}

type Note = (figure: string, server: string, value: number) => void

async function posts(
  { name, server, crowd }: Heat,
  figure: string,
  outstanding: number,
  seconds: number,
  note: Note,
): Promise<void> {
  await delay(SETTLE_MS)
  const before = crowd.received
  let answers = 0
  const cost = await measure(server.pid, async () => {
    ;({ answers } = await askFor(seconds, server.port, outstanding, () => POST))
    await crowd.until(before + answers * crowd.counts.length)
  })
  const deliveries = crowd.received - before
  if (crowd.lost > 0 || deliveries !== answers * crowd.counts.length)
    throw new Error(`${name} lost or doubled messages`)
  note(`${figure}, µs/delivery`, name, (cost.server / deliveries) * 1e6)
  note(`${figure}, deliveries/s`, name, deliveries / cost.seconds)
  note(`${figure}, load share`, name, cost.load / (cost.load + cost.server))
}

/** How long after the post leaves each subscriber has it. */
async function paced({ name, server, crowd }: Heat, seconds: number, note: Note): Promise<void> {
  await delay(SETTLE_MS)
  const count = seconds * MESSAGES_PER_SECOND
  const sentAt: number[] = []
  const latencies: number[] = []
  const first = Array.from(crowd.counts)
  crowd.onMessages = (index, before) => {
    const now = performance.now()
    for (let at = before; at < crowd.counts[index]!; at++) latencies.push(now - sentAt[at - first[index]!]!)
  }
  const socket = await open(server.port)
  const before = crowd.received
  const started = performance.now()
  for (let sent = 0; sent < count; sent++) {
    await delay(Math.max(0, started + (sent * 1000) / MESSAGES_PER_SECOND - performance.now()))
    sentAt.push(performance.now())
    await ask(socket, POST)
  }
  await crowd.until(before + count * crowd.counts.length)
  crowd.onMessages = undefined
  socket.destroy()
  note('50/s, p50 ms', name, quantile(latencies, 0.5))
  note('50/s, p99 ms', name, quantile(latencies, 0.99))
}
