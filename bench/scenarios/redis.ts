import { createClient } from '@redis/client'
import { setTimeout as delay } from 'node:timers/promises'
import { parseName } from '../../src/chat/names/name.ts'
import { hashToken, newToken } from '../../src/chat/names/session.ts'
import type { Store } from '../../src/chat/store.ts'
import { openRedisStore } from '../../src/store/redis/redis-store.ts'
import { ON_REDIS } from '../contestants.ts'
import { cpuSeconds } from '../process-usage.ts'
import { hasRedis, startRedis, type RedisProcess } from '../redis.ts'
import type { Setting } from '../scenario.ts'

const NODES = 10
const POSTS = 20_000
const AT_ONCE = 64
const TEXT = 'thirty bytes of a message here'

/** What Redis itself spends, by its own CPU and memory: on a post that one node follows and ten, on a session, on a message. */
export async function redis({ sizes, results, directory }: Setting): Promise<void> {
  if (!hasRedis) return
  const server = await startRedis(directory, 'everysec')
  const note = (figure: string, value: number) => results.add(`Redis, ${figure}`, ON_REDIS, value)
  const stores = await Promise.all(
    Array.from({ length: NODES }, () => openRedisStore({ urls: [server.url], nameLifetimeMs: 60_000 })),
  )
  const [first] = stores
  for (let round = 0; round < sizes.rounds; round++) {
    const [one, ten] = [`one-${round}`, `ten-${round}`]
    await first!.log.follow(one, () => {})
    for (const { log } of stores) await log.follow(ten, () => {})
    const memory = await usedBytes(server)
    note('µs/post to 1 node', await spent(server, POSTS, () => say(first!, one)))
    await delay(500)
    note('bytes/message', ((await usedBytes(server)) - memory) / POSTS)
    note('µs/post to 10 nodes', await spent(server, POSTS, () => say(first!, ten)))
    const token = hashToken(newToken())
    await first!.sessions.claim(parseName(`bob${round}`)!, token)
    note('µs/session', await spent(server, POSTS, () => first!.sessions.find(token)))
  }
  for (const store of stores) await store.close()
  await server.stop()
}

async function say({ log }: Store, room: string): Promise<void> {
  await log.append(room, { event: 'message', name: 'bob', text: TEXT, guest: true, owner: null })
}

/** Microseconds of its CPU that Redis takes for each of `count` pieces of work, so many at once. */
async function spent({ pid }: RedisProcess, count: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuSeconds(pid)
  let left = count
  const lane = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return ((cpuSeconds(pid) - before) / count) * 1e6
}

async function usedBytes({ url }: RedisProcess): Promise<number> {
  const client = createClient({ url })
  await client.connect()
  const info = await client.info('memory')
  client.destroy()
  return Number(/used_memory_dataset:(\d+)/.exec(info)![1])
}
