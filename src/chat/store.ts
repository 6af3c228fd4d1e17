import type { RoomLog } from './room-log.ts'
import type { SessionStore } from './session.ts'

/** Everything that outlives the process. */
export interface Store {
  log: RoomLog
  sessions: SessionStore
  /** Finishes what is being written, and lets go of the store. */
  close(): Promise<void>
}
