import { setTimeout as delay } from 'node:timers/promises'
import { listen, type Listener } from '../../support/http/listener.ts'
import type { RedisServer } from '../../support/redis/redis-server.ts'
import { until } from '../../support/until.ts'
import type { Finding } from '../checks/verdict.ts'
import type { Outcome } from '../checks/report.ts'
import type { FaultOptions } from '../options.ts'
import { Random } from '../random.ts'
import { Fleet } from './fleet.ts'
import { checkFlushes, type Told } from './check-flushes.ts'

const ROOM = '/rooms/flushed'
const LONGEST_LIFE_MS = 600
const MOST_PAUSE_MS = 15
const AGAIN_MS = 20

/**
 * Empties the Redis of several nodes (`FLUSHALL`) while people write and read. What was said is gone; but everybody is
 * told so, no id is ever given to two messages, and what is said afterwards arrives without a hole.
 */
export async function runFlushes(options: FaultOptions): Promise<Outcome> {
  const random = new Random(options.seed)
  const fleet = await Fleet.start(options, random.fork())
  const ending = new AbortController()
  const tellings: Told[][] = Array.from({ length: options.readers }, () => [])
  const answers: Told[] = []
  const urls = fleet.nodes.map(({ server }) => `${server.url}${ROOM}/chat`)
  const reading = tellings.map((told, index) => read(urls[index % urls.length]!, told, ending.signal))
  const writing = Array.from({ length: options.writers }, (_, index) =>
    write(() => random.pick(urls), `w${index}`, random.fork(), answers, ending.signal),
  )
  const findings: Finding[] = []
  try {
    for (let flush = 0; flush < options.flushes; flush++) {
      await delay(random.integer(LONGEST_LIFE_MS / 2, LONGEST_LIFE_MS))
      const before = tellings.map((told) => told.length)
      await (fleet.redis as RedisServer).send('FLUSHALL')
      const isTold = (told: Told[], index: number) => told.slice(before[index]).some(({ resets }) => resets)
      await until(
        () => tellings.every(isTold),
        () => `every reader to be told of flush ${flush}`,
      ).catch((error: Error) => findings.push({ kind: 'lost', what: error.message }))
    }
    await delay(LONGEST_LIFE_MS)
    ending.abort()
    await Promise.all([...reading, ...writing])
    return {
      counts: {
        flushes: options.flushes,
        'posts answered': answers.length,
        'entries delivered': tellings.flat().filter(({ text }) => text !== undefined).length,
      },
      findings: [...findings, ...checkFlushes(tellings, answers)],
      complaints: fleet.complaints,
    }
  } finally {
    ending.abort()
    await Promise.allSettled([...reading, ...writing])
    await fleet.stop()
  }
}

/** Listens again and again, from the last id; notes what it is told. */
async function read(url: string, told: Told[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const cursor = told.at(-1)?.id
    let listener: Listener | undefined
    try {
      listener = await listen(`${url}?format=json`, cursor === undefined ? {} : { 'Last-Event-ID': cursor })
      for (let heard = 0; !listener.ended && !signal.aborted; await delay(5)) heard = note(listener, heard, told)
    } catch {
      await delay(AGAIN_MS)
    }
    listener?.close()
  }
}

/** Notes the events from the one with this index on; returns the index of the next. */
function note({ events }: Listener, from: number, told: Told[]): number {
  for (const { event, id, data } of events.slice(from)) {
    const fields = JSON.parse(data) as { text?: string; resume?: string }
    if (event === 'ready') told.push({ id: id!, resets: fields.resume === 'reset' })
    if (event === 'message') told.push({ id: id!, text: fields.text! })
  }
  return events.length
}

async function write(
  url: () => string,
  mark: string,
  random: Random,
  answers: Told[],
  signal: AbortSignal,
): Promise<void> {
  for (let count = 0; !signal.aborted; count++) {
    const text = `${mark}-${count}`
    try {
      const headers = { 'Content-Type': 'text/plain' }
      const response = await fetch(url(), { method: 'POST', headers, body: text })
      const { id } = (await response.json()) as { id?: string }
      if (response.ok) answers.push({ id: id!, text })
    } catch {
      // A node that has just lost its store says so later.
    }
    await delay(random.integer(0, MOST_PAUSE_MS))
  }
}
