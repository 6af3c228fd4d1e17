/** What was said. */
export interface Message {
  event: 'message'
  number: number
  room: string
  /** Null for an anonymous text. */
  name: string | null
  /** Stands for the session that wrote it; null for a guest's. */
  author: string | null
  text: string
  /** Milliseconds since 1970. */
  at: number
  /** Whether `name` was only claimed, by somebody without a session. */
  guest: boolean
}

/** A message has another text from here on. */
export interface Edited {
  event: 'edited'
  number: number
  /** The number of the message. */
  message: number
  name: string
  author: string | null
  text: string
  at: number
}

/** A message is gone from here on. It and its edits have become `erased`. */
export interface Deleted {
  event: 'deleted'
  number: number
  message: number
  name: string
  author: string | null
  at: number
}

/** What is left of a deleted message, or of an edit of one: its number and its time. */
export interface Erased {
  event: 'erased'
  number: number
  room: string
  at: number
}

/** One numbered item of a room's log. */
export type Entry = Message | Edited | Deleted | Erased

/** A message as it stands now, after its edits. */
export interface StandingMessage extends Message {
  editedAt: number | null
}
