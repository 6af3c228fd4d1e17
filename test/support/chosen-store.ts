import type { Store } from '../../src/chat/store.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { RetentionOptions } from '../../src/store/retention-options.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { hasRedis } from './redis-server.ts'
import { sharedCluster, sharedServer } from './shared-redis.ts'

/** The store that a server under test is given: `memory` unless TEST_STORE says `redis` or `cluster`. */
const CHOICE = process.env.TEST_STORE ?? 'memory'

if (CHOICE !== 'memory' && !hasRedis) {
  console.log(`skipped: redis-server is not installed, so nothing is tested on ${CHOICE}`)
  process.exit(0)
}

export interface StoreOptions extends RetentionOptions {
  nameLifetimeMs: number
}

/** An empty store. */
export async function openChosenStore(options: StoreOptions): Promise<Store> {
  switch (CHOICE) {
    case 'memory':
      return openSqliteStore({ ...options, directory: ':memory:' })
    case 'redis': {
      const server = await sharedServer()
      await server.send('FLUSHALL')
      return openRedisStore({ ...options, urls: [server.url] })
    }
    case 'cluster': {
      const cluster = await sharedCluster()
      await cluster.flush()
      return openRedisStore({ ...options, urls: cluster.urls })
    }
    default:
      throw new TypeError(`TEST_STORE must be memory, redis or cluster, got ${JSON.stringify(CHOICE)}`)
  }
}
