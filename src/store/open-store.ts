import type { Store } from '../chat/store.ts'
import { openRedisStore } from './redis/redis-store.ts'
import type { RetentionOptions } from './retention-options.ts'
import { openSqliteStore } from './sqlite/sqlite-store.ts'

export interface StoreOptions extends RetentionOptions {
  /** The directory of the embedded store, or `:memory:`. */
  data: string
  /** The addresses of the Redis that nodes share; empty for the embedded store. */
  redis: readonly string[]
  /** How many Redis replicas must confirm an entry before `append` resolves. */
  redisReplicas: number
  /** Milliseconds without use after which a session expires. */
  nameLifetimeMs: number
  /** Called with a line for the operator's log. */
  onNotice?: (line: string) => void
}

/**
 * Opens Redis if it has addresses, else the embedded store. Rejects with a StoreError when the store cannot be used.
 */
export async function openStore({ data, redis, redisReplicas, ...options }: StoreOptions): Promise<Store> {
  const { keepMs, keepEntries, nameLifetimeMs, onNotice = () => {} } = options
  const kept = { keepMs, keepEntries, nameLifetimeMs }
  return redis.length > 0
    ? openRedisStore({ ...kept, urls: [...redis], replicas: redisReplicas, onNotice })
    : openSqliteStore({ ...kept, directory: data })
}
