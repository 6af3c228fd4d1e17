import { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import { ALONE } from '../../chat/presence/neighbours.ts'
import type { Store } from '../../chat/store.ts'
import { Clock, type TimeSource } from './clock.ts'
import { openDatabase } from './database.ts'
import { Scrubber } from './erasure/scrubber.ts'
import { GroupCommit } from './group-commit.ts'
import type { RetentionOptions } from '../retention-options.ts'
import { Retention } from './retention.ts'
import { SqliteRoomLog } from './room-log.ts'
import { newestUse, SqliteSessionStore } from './session-store.ts'
import { Slices } from './slices.ts'

export interface SqliteOptions extends RetentionOptions {
  /** A directory, created if it is missing; or `:memory:`, which stores nothing on disk. */
  directory: string
  /** Milliseconds without use after which a session expires. */
  nameLifetimeMs: number
  /** By default the clocks of the system. */
  time?: TimeSource | undefined
}

/** The embedded store. Throws StoreError when the directory cannot be used. */
export function openSqliteStore({ directory, nameLifetimeMs, time, ...retention }: SqliteOptions): Store {
  const { sql, file, close } = openDatabase(directory)
  const clock = new Clock(newestUse(sql), time)
  const commit = new GroupCommit(sql)
  const scrubber = new Scrubber(sql, file)
  // The last process may have been killed between an erasure and its scrubbing.
  scrubber.scrubSoon()
  const { secret } = sql.prepare('SELECT secret FROM meta').get() as { secret: Uint8Array }
  const pseudonyms = new Pseudonyms(secret)
  const log = new SqliteRoomLog(sql, commit, { clock, pseudonyms, scrubber })
  const sessions = new SqliteSessionStore(sql, commit, { clock, lifetimeMs: nameLifetimeMs })
  const retained = new Retention(sql, log, retention)
  const slices = new Slices(commit)

  async function followClock(): Promise<void> {
    const skipped = clock.compare()
    if (skipped === 0) return
    await commit.run(() => sessions.skip(skipped))
    clock.set(skipped)
  }

  function* sweepSteps(now: number): Generator<void, void> {
    yield* retained.steps(now)
    while (log.dropKeys(now)) yield
    while (sessions.expire()) yield
  }

  return {
    log,
    sessions,
    neighbours: ALONE,
    pseudonyms,
    warnings: [],
    async sweep(now) {
      await followClock()
      await slices.run(sweepSteps(now ?? clock.now()))
      await scrubber.scrubNow()
    },
    async close() {
      slices.stop()
      commit.flush()
      log.close()
      await scrubber.close()
      close()
    },
  }
}
