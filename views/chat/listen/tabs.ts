import type { Roster, RoomEvent } from '../protocol.ts'
import type { Connection } from './connection.ts'
import { canShare } from './leadership.ts'

/** The messages that the tabs of one browser send each other about a room. */
export type TabMessage =
  /** From the leader: an event from its connection. */
  | { say: 'event'; event: RoomEvent }
  /** From the leader: its status. */
  | { say: 'status'; connection: Connection; head: string; roster: Roster }
  /** To the leader: asks for its status. */
  | { say: 'hello' }
  /** To the leader: reconnect now. */
  | { say: 'reopen' }
  /** From any tab: the reader has taken, changed or given up the name. */
  | { say: 'session'; name: string | null }
  /** From any tab: the reader is looking at the room in it. */
  | { say: 'seen' }

/** A channel to the other tabs of this browser in the same room. It does nothing where tabs cannot share. */
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
