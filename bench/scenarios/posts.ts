import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { ON_REDIS, startNode, startTeahouse, TEAHOUSE } from '../contestants.ts'
import { askFor, postForm } from '../load.ts'
import { hasRedis, startRedis } from '../redis.ts'
import type { Setting } from '../scenario.ts'
import { startServerProcess } from '../server-process.ts'

export const BARE = 'a bare Koa route'
const CONNECTIONS = 64
const POST = postForm('/chat', 'name=bob&message=thirty+bytes+of+a+message+here')

/** Durable posts, on disk and on Redis, beside a Koa route that parses the same body and keeps nothing. */
export async function posts({ sizes, results, directory }: Setting): Promise<void> {
  const redis = hasRedis ? await startRedis(directory) : undefined
  const servers = {
    [BARE]: await startServerProcess(['bench/rivals/bare-koa.js']),
    [TEAHOUSE]: await startTeahouse(mkdtempSync(join(directory, 'posts-'))),
    ...(redis && { [ON_REDIS]: await startNode(redis.url) }),
  }
  for (let round = 0; round <= sizes.rounds; round++) {
    for (const [name, { port }] of Object.entries(servers)) {
      const { answers, seconds } = await askFor(sizes.seconds, port, CONNECTIONS, () => POST)
      // The first round warms them up.
      if (round > 0) results.add('posts, /s', name, answers / seconds)
    }
  }
  for (const server of Object.values(servers)) await server.stop()
  await redis?.stop()
}
