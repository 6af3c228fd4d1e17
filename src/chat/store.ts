import type { RoomLog } from './room-log.ts'
import type { SessionStore } from './session.ts'

/** Everything that outlives the process. */
export interface Store {
  log: RoomLog
  sessions: SessionStore
  /** Drops what is no longer to be kept at `now`, in milliseconds since 1970: old entries, keys and sessions. */
  sweep(now: number): Promise<void>
  /** Finishes what is being written, and lets go of the store. */
  close(): Promise<void>
}
