import type { Roster, RoomEvent } from '../protocol.ts'
import type { Connection } from './connection.ts'
import { canShare } from './leadership.ts'

/** What the tabs of one browser tell each other about a room. */
export type TabMessage =
  /** From the leader: what its connection has brought. */
  | { say: 'event'; event: RoomEvent }
  /** From the leader: how it stands. */
  | { say: 'status'; connection: Connection; head: string; roster: Roster }
  /** To the leader: how does it stand? */
  | { say: 'hello' }
  /** To the leader: connect anew, at once. */
  | { say: 'reopen' }
  /** The name has been taken, changed or given up. */
  | { say: 'session'; name: string | null }
  /** The reader looks at the room in some tab. */
  | { say: 'seen' }

/** The other tabs of this browser that are in the same room; none where they cannot share. */
export class Tabs {
  readonly #channel: BroadcastChannel | undefined

  constructor(name: string, onMessage: (message: TabMessage) => void) {
    if (!canShare()) return
    this.#channel = new BroadcastChannel(name)
    this.#channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => onMessage(data))
  }

  tell(message: TabMessage): void {
    this.#channel?.postMessage(message)
  }
}
