import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/**
 * Moves everything from the write-ahead log into the database, and truncates it: it has pages as they were before an
 * erasure. False when that is not possible now, as another process reads from it, or the disk is full.
 */
export function emptyWriteAheadLog(sql: DatabaseSyncInstance): boolean {
  const { timeout } = sql.prepare('PRAGMA busy_timeout').get() as { timeout: number }
  try {
    // Nobody is kept waiting for a backup.
    sql.exec('PRAGMA busy_timeout = 0')
    const { busy } = sql.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    return busy === 0
  } catch {
    // What was committed is safe where it is.
    return false
  } finally {
    sql.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}
