import type { Neighbours } from './presence/neighbours.ts'
import type { Pseudonyms } from './log/pseudonyms.ts'
import type { RoomLog } from './log/room-log.ts'
import type { SessionStore } from './names/session.ts'

/** All data that survives a restart of the process. The caller must call `sweep` regularly, and `close` at the end. */
export interface Store {
  log: RoomLog
  sessions: SessionStore
  neighbours: Neighbours
  /** Pseudonyms made with this store's secret, which the store keeps as long as its logs. */
  pseudonyms: Pseudonyms
  /** Warnings for the operator about how safely this store keeps data, each in one line. */
  warnings: string[]
  /**
   * Deletes expired entries, keys and sessions. `now` decides which entries and keys have expired; it is in
   * milliseconds since 1970 and by default the time of the store's own clock.
   */
  sweep(now?: number): Promise<void>
  /** Finishes pending writes, ends all followings, and releases the store's resources. */
  close(): Promise<void>
}
