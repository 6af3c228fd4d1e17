/** Somebody posted a message. Later edits are entries of their own. */
export interface Message {
  event: 'message'
  number: number
  room: string
  /** Null for an anonymous message. */
  name: string | null
  /** A pseudonym of the session that wrote the message; null if a guest wrote it. */
  author: string | null
  text: string
  /** Milliseconds since 1970. */
  at: number
  /** Whether the sender had no session. Then nobody has checked that `name` is theirs. */
  guest: boolean
}

/** Somebody changed the text of a message. */
export interface Edited {
  event: 'edited'
  number: number
  /** The number of the edited message. */
  message: number
  name: string
  author: string | null
  text: string
  at: number
}

/** Somebody deleted a message. The store has replaced the message and its edits with `erased` entries. */
export interface Deleted {
  event: 'deleted'
  number: number
  message: number
  name: string
  author: string | null
  at: number
}

/** Replaces a deleted message, or an edit of it, and keeps only the room, the number and the time. */
export interface Erased {
  event: 'erased'
  number: number
  room: string
  at: number
}

/** One numbered item of a room's log. */
export type Entry = Message | Edited | Deleted | Erased

/** A message with its newest text, and the time of its last edit or null. */
export interface StandingMessage extends Message {
  editedAt: number | null
}
