import type { Name } from '../names/name.ts'
import type { Session } from '../names/session.ts'

/** A session that a node has in a room. */
export interface Person {
  session: string
  name: Name
  /** It was there before the room was opened on that node, so nobody need be told that it has joined. */
  isBack?: boolean
}

/** What a node has in a room. */
export interface NodePart {
  people: Person[]
  guests: number
}

/** What a node tells the others of a room: what has changed of its part, or something that is true only now. */
export interface PresenceMessage extends Partial<NodePart> {
  node: string
  /** Sessions that have left, or are over. */
  gone?: string[]
  /** `people` are all that the node has. */
  isWhole?: boolean
  /** The room is closed on the node; those who were there may come back by another. */
  hasLeft?: boolean
  /** Somebody has taken a name in the room, which need not be open on the node. */
  announced?: Session
  /** Somebody is typing, likewise. */
  typing?: Name
}
