import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import type { RetentionOptions } from '../../../src/store/retention-options.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { letPassOnRedis } from './let-pass.ts'
import { sharedCluster, sharedServer } from './shared-redis.ts'
import { SetTime } from '../set-time.ts'

/** The store that a server under test is given: `memory` unless TEST_STORE says `sqlite`, `redis` or `cluster`. */
const CHOICE = process.env.TEST_STORE ?? 'memory'

/** The clocks of the newest store, when that is an embedded one. */
let time = new SetTime()

const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
process.once('exit', () => rmSync(directory, { recursive: true }))

export interface StoreOptions extends RetentionOptions {
  nameLifetimeMs: number
}

/** Lets so many ms pass for the sessions of the store that was opened last. */
export async function letPass(ms: number): Promise<void> {
  if (CHOICE === 'redis') await letPassOnRedis([await sharedServer()], ms)
  else if (CHOICE === 'cluster') await letPassOnRedis((await sharedCluster()).servers, ms)
  else time.pass(ms)
}

/** An empty store. */
export async function openChosenStore(options: StoreOptions): Promise<Store> {
  time = new SetTime()
  switch (CHOICE) {
    case 'memory':
      return openSqliteStore({ ...options, time, directory: ':memory:' })
    case 'sqlite':
      return openSqliteStore({ ...options, time, directory: mkdtempSync(join(directory, 'store-')) })
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
