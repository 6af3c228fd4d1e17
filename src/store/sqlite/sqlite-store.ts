import { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import { ALONE } from '../../chat/presence/neighbours.ts'
import type { Store } from '../../chat/store.ts'
import { openDatabase } from './database.ts'
import { Scrubber } from './erasure/scrubber.ts'
import { GroupCommit } from './group-commit.ts'
import type { RetentionOptions } from '../retention-options.ts'
import { Retention } from './retention.ts'
import { SqliteRoomLog } from './room-log.ts'
import { SqliteSessionStore } from './session-store.ts'

export interface SqliteOptions extends RetentionOptions {
  /** A directory, made if it is missing; or `:memory:`, which keeps nothing. */
  directory: string
  /** Milliseconds after which a session that is not used is over. */
  nameLifetimeMs: number
}

/** The embedded store. Throws StoreError when the directory cannot be used. */
export function openSqliteStore({ directory, nameLifetimeMs, ...retention }: SqliteOptions): Store {
  const { sql, file, close } = openDatabase(directory)
  const commit = new GroupCommit(sql)
  const scrubber = new Scrubber(sql, file)
  // The process may have been killed before it came to what was erased.
  scrubber.scrubSoon()
  const { secret } = sql.prepare('SELECT secret FROM meta').get() as { secret: Uint8Array }
  const pseudonyms = new Pseudonyms(secret)
  const log = new SqliteRoomLog(sql, commit, pseudonyms, scrubber)
  const sessions = new SqliteSessionStore(sql, commit, nameLifetimeMs)
  const retained = new Retention(sql, commit, log, retention)
  return {
    log,
    sessions,
    neighbours: ALONE,
    pseudonyms,
    warnings: [],
    async sweep(now) {
      await retained.sweep(now)
      await commit.run(() => {
        log.dropKeys(now)
        sessions.expire(now)
      })
      await scrubber.scrubNow()
    },
    async close() {
      commit.flush()
      log.close()
      await scrubber.close()
      close()
    },
  }
}
