import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** Milliseconds after which the log is emptied: what was erased is to be gone from all files within a minute. */
const DELAY_MS = 10_000

/**
 * The file beside the database to which SQLite writes first. It has pages as they were before an erasure, until it is
 * emptied.
 */
export class WriteAheadLog {
  readonly #sql: DatabaseSyncInstance
  #timer: NodeJS.Timeout | undefined

  constructor(sql: DatabaseSyncInstance) {
    this.#sql = sql
  }

  /** Has it emptied some seconds from now. */
  emptySoon(): void {
    this.#timer ??= setTimeout(() => this.emptyNow(), DELAY_MS).unref()
  }

  /** Empties it if that is due; some seconds later when another process, such as a backup, reads from it. */
  emptyNow(): void {
    if (!this.#timer) return
    this.close()
    if (!emptyWriteAheadLog(this.#sql)) this.emptySoon()
  }

  /** Forgets what is due. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** Moves everything from the write-ahead log into the database, without waiting for other readers; false when that is not possible now. */
export function emptyWriteAheadLog(sql: DatabaseSyncInstance): boolean {
  const { timeout } = sql.prepare('PRAGMA busy_timeout').get() as { timeout: number }
  try {
    sql.exec('PRAGMA busy_timeout = 0')
    const { busy } = sql.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    return busy === 0
  } catch {
    // The disk may be full. What was committed is safe where it is.
    return false
  } finally {
    sql.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}
