import type { Neighbours } from './presence/neighbours.ts'
import type { Pseudonyms } from './log/pseudonyms.ts'
import type { RoomLog } from './log/room-log.ts'
import type { SessionStore } from './names/session.ts'

/** Everything that outlives the process. */
export interface Store {
  log: RoomLog
  sessions: SessionStore
  neighbours: Neighbours
  /** By the secret of this store, which it keeps as long as its logs. */
  pseudonyms: Pseudonyms
  /** What the operator should know of how safe things are here, each in one line. */
  warnings: string[]
  /**
   * Drops what is no longer to be kept: old entries, keys and sessions. `now`, by which entries and keys are old, is in
   * milliseconds since 1970, and the time of the store's own clock by default.
   */
  sweep(now?: number): Promise<void>
  /** Finishes what is being written, ends whatever is followed, and lets go of the store. */
  close(): Promise<void>
}
