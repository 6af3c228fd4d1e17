import type { Store } from '../chat/store.ts'
import { openRedisStore } from './redis/redis-store.ts'
import type { RetentionOptions } from './retention-options.ts'
import { openSqliteStore } from './sqlite/sqlite-store.ts'

export interface StoreOptions extends RetentionOptions {
  /** The directory of the embedded store, or `:memory:`. */
  data: string
  /** Where the store is that nodes share; none for the embedded one. */
  redis: readonly string[]
  /** How many replicas of it must have an entry before it counts as appended. */
  redisReplicas: number
  /** Milliseconds after which a session that is not used is over. */
  nameLifetimeMs: number
  /** Called with what the operator should know of, in a line. */
  onNotice?: (line: string) => void
}

/** Opens the store that the options choose. Rejects with a StoreError when it cannot be used. */
export async function openStore({ data, redis, redisReplicas, ...options }: StoreOptions): Promise<Store> {
  const { keepMs, keepEntries, nameLifetimeMs, onNotice = () => {} } = options
  const kept = { keepMs, keepEntries, nameLifetimeMs }
  return redis.length > 0
    ? openRedisStore({ ...kept, urls: [...redis], replicas: redisReplicas, onNotice })
    : openSqliteStore({ ...kept, directory: data })
}
