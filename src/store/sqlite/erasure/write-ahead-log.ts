import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/**
 * Moves all pages from the write-ahead log into the database and truncates the log, which may contain pages from before
 * an erasure. Returns false when another process is reading, or the disk is full; then try again later.
 */
export function emptyWriteAheadLog(sql: DatabaseSyncInstance): boolean {
  const { timeout } = sql.prepare('PRAGMA busy_timeout').get() as { timeout: number }
  try {
    // Do not block the event loop until a backup has finished reading.
    sql.exec('PRAGMA busy_timeout = 0')
    const { busy } = sql.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    return busy === 0
  } catch {
    // Committed data is safe in the write-ahead log.
    return false
  } finally {
    sql.exec(`PRAGMA busy_timeout = ${timeout}`)
  }
}
