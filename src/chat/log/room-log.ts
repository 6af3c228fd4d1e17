import type { Entry, StandingMessage } from './entry.ts'

/** What is to become the next entry of a room. */
export type Draft = MessageDraft | EditDraft | DeletionDraft

export interface MessageDraft {
  event: 'message'
  name: string | null
  text: string
  guest: boolean
  /** The session that may edit and delete the message; null for a guest's. */
  owner: string | null
  /** Says a second time what was said before, when the sender used the same key in the room within the last 24 hours. */
  once?: { sender: string; key: string }
}

export interface EditDraft {
  event: 'edited'
  message: number
  name: string
  text: string
  owner: string
}

export interface DeletionDraft {
  event: 'deleted'
  message: number
  name: string
  owner: string
}

export interface Appended {
  entry: Entry
  /** False when the draft's key had been used, and `entry` is what was said then. */
  isNew: boolean
}

export interface History {
  /** Oldest first. */
  messages: StandingMessage[]
  /** Whether there are messages before these. */
  more: boolean
  /** The number of the room's newest entry at the same moment. */
  head: number
}

/** The entries that a room still has: `first` to `head`; none when `first` is `head + 1`. A new room: 1 and 0. */
export interface Extent {
  first: number
  head: number
}

export interface StoredRoom {
  room: string
  head: number
  /** When the newest entry came, in milliseconds since 1970. */
  at: number
}

/** Called with consecutive new entries of one room, oldest first; it must not throw. */
export type Follower = (entries: Entry[]) => void

export interface Following {
  /** The newest entry that the follower is not called with. */
  head: number
  stop: () => void
}

/**
 * The logs of all rooms. The entries of a room are numbered 1, 2, 3, … without holes, and never change. Rooms are named
 * in canonical form. Every method rejects with the Refusal `store_full` when there is no room left to write,
 * and with `store_unreachable` when the store cannot be asked now; then an entry may have been added or not.
 */
export interface RoomLog {
  /** Names these logs: an id of another epoch is of no use here. It becomes another one when entries were lost. */
  readonly epoch: string

  /**
   * Adds an entry at the head. When this resolves, the entry is durable and has the next number. Rejects with the
   * Refusal `unknown_message`, `message_deleted` or `not_your_message` when the draft speaks of such a message.
   */
  append(room: string, draft: Draft): Promise<Appended>

  /**
   * Adds entries that were said elsewhere: consecutive, oldest first, with the times and names that they have, and new
   * numbers. Nobody owns their messages here.
   */
  import(room: string, entries: Entry[]): Promise<void>

  /** The entries numbered `after + 1` and up, at most `limit`; none when entry `after + 1` is no longer kept. */
  read(room: string, after: number, limit: number): Promise<Entry[]>

  extent(room: string): Promise<Extent>

  /** The newest messages as they stand now, or the newest of those before entry `before`; deleted ones are left out. */
  history(room: string, limit: number, before?: number): Promise<History>

  /** One message as it stands now; undefined when it is unknown or deleted. */
  message(room: string, number: number): Promise<StandingMessage | undefined>

  /**
   * Calls `follower` with every entry after the returned head, in order, each once, until `stop` is called; and
   * `onReachable` when for a time nothing can come, and when all has come that was missed.
   */
  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following>

  /** The rooms in which something was said, the newest first. */
  rooms(limit: number): Promise<StoredRoom[]>
}
