import type { Store } from '../../chat/store.ts'
import { openDatabase } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { SqliteRoomLog } from './room-log.ts'
import { SqliteSessionStore } from './session-store.ts'

export interface SqliteOptions {
  /** A directory, made if it is missing; or `:memory:`, which keeps nothing. */
  directory: string
  /** Milliseconds after which a session that is not used is over. */
  nameLifetimeMs: number
}

/** The embedded store. Throws StoreError when the directory cannot be used. */
export function openSqliteStore({ directory, nameLifetimeMs }: SqliteOptions): Store {
  const { sql, close } = openDatabase(directory)
  const commit = new GroupCommit(sql)
  return {
    log: new SqliteRoomLog(sql, commit),
    sessions: new SqliteSessionStore(sql, commit, nameLifetimeMs),
    async close() {
      commit.flush()
      close()
    },
  }
}
