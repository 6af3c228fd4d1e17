import type { Name } from '../names/name.ts'
import type { Session } from '../names/session.ts'

/** A session that is in a room on some node. */
export interface Person {
  session: string
  name: Name
  /** It was in the room before that node opened the room, so it must not be announced as joined. */
  isBack?: boolean
}

/** The people who are in a room on one node. */
export interface NodePart {
  people: Person[]
  guests: number
}

/** A message from one node to the others about a room: changes of the people there, or an event that is not stored. */
export interface PresenceMessage extends Partial<NodePart> {
  node: string
  /** Ids of sessions that have left the room or are over. */
  gone?: string[]
  /** `people` is complete, so any other session of this node has left. */
  isWhole?: boolean
  /** The node has closed the room; its people may reconnect to another node. */
  hasLeft?: boolean
  /** This session has taken its name in the room. The room may be closed on the sending node. */
  announced?: Session
  /** Somebody with this name is typing. The room may be closed on the sending node. */
  typing?: Name
}
