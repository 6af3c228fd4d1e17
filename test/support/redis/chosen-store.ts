import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import type { RetentionOptions } from '../../../src/store/retention-options.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { sharedCluster, sharedServer } from './shared-redis.ts'

/** The store that a server under test is given: `memory` unless TEST_STORE says `sqlite`, `redis` or `cluster`. */
const CHOICE = process.env.TEST_STORE ?? 'memory'

const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
process.once('exit', () => rmSync(directory, { recursive: true }))

export interface StoreOptions extends RetentionOptions {
  nameLifetimeMs: number
}

/** An empty store. */
export async function openChosenStore(options: StoreOptions): Promise<Store> {
  switch (CHOICE) {
    case 'memory':
      return openSqliteStore({ ...options, directory: ':memory:' })
    case 'sqlite':
      return openSqliteStore({ ...options, directory: mkdtempSync(join(directory, 'store-')) })
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
      throw new TypeError(`TEST_STORE must be memory, sqlite, redis or cluster, got ${JSON.stringify(CHOICE)}`)
  }
}
