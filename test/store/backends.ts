import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../src/chat/store.ts'
import { openRedisStore } from '../../src/store/redis/redis-store.ts'
import type { RetentionOptions } from '../../src/store/retention-options.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { letPassOnRedis } from '../support/redis/let-pass.ts'
import { hasRedis } from '../support/redis/redis-server.ts'
import { sharedCluster, sharedServer } from '../support/redis/shared-redis.ts'
import { SetTime } from '../support/set-time.ts'

export interface BackendOptions extends RetentionOptions {
  nameLifetimeMs: number
}

/** A store under test: opened, and opened again on what the first has left. */
export interface Backend {
  name: string
  /** Whether what is written is there after the store was opened again. */
  keeps: boolean
  open(options?: Partial<BackendOptions>): Promise<Store>
  /** Lets so many ms pass for the sessions. */
  pass(ms: number): Promise<void>
  /** Throws away what it has written. */
  clear(): Promise<void>
}

const DEFAULTS: BackendOptions = { nameLifetimeMs: 30 * 24 * 60 * 60 * 1000 }

/** Every store, each of which the one contract holds for. */
export function backends(): Backend[] {
  return [inMemory(), onSqlite(), ...(hasRedis ? [onRedis(), onCluster()] : [])]
}

function inMemory(): Backend {
  const time = new SetTime()
  return {
    name: 'memory',
    keeps: false,
    open: async (options) => openSqliteStore({ ...DEFAULTS, ...options, directory: ':memory:', time }),
    pass: async (ms) => time.pass(ms),
    clear: async () => {},
  }
}

function onSqlite(): Backend {
  const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
  const time = new SetTime()
  return {
    name: 'SQLite',
    keeps: true,
    open: async (options) => openSqliteStore({ ...DEFAULTS, ...options, directory, time }),
    pass: async (ms) => time.pass(ms),
    clear: async () => rmSync(directory, { recursive: true, force: true }),
  }
}

function onRedis(): Backend {
  return {
    name: 'Redis',
    keeps: true,
    async open(options) {
      const { url } = await sharedServer()
      return openRedisStore({ ...DEFAULTS, ...options, urls: [url] })
    },
    async pass(ms) {
      await letPassOnRedis([await sharedServer()], ms)
    },
    async clear() {
      await (await sharedServer()).send('FLUSHALL')
    },
  }
}

function onCluster(): Backend {
  return {
    name: 'Redis Cluster',
    keeps: true,
    async open(options) {
      const { urls } = await sharedCluster()
      return openRedisStore({ ...DEFAULTS, ...options, urls })
    },
    async pass(ms) {
      await letPassOnRedis((await sharedCluster()).servers, ms)
    },
    async clear() {
      await (await sharedCluster()).flush()
    },
  }
}
