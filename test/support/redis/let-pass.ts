import slotOf from 'cluster-key-slot'
import { SESSIONS } from '../../../src/store/redis/keys.ts'
import { SLOTS } from '../../../src/store/redis/link/topology.ts'
import type { RedisServer } from './redis-server.ts'

const AGE = `
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], -ARGV[1], id) end
`

/** Makes all sessions older by so many ms, as nobody can set the clock of a Redis; `servers` are one, or those of a cluster. */
export async function letPassOnRedis(servers: RedisServer[], ms: number): Promise<void> {
  const server = servers[Math.floor((slotOf(SESSIONS.used) * servers.length) / SLOTS)]!
  await server.send('EVAL', AGE, '1', SESSIONS.used, String(ms))
}
