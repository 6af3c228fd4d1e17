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
  once?: Once
}

/** By what a message is known when it comes a second time. A store keeps the sender as a fingerprint alone. */
export interface Once {
  sender: string
  key: string
}

export interface EditDraft {
  event: 'edited'
  /** The epoch that `message` belongs to. */
  epoch: string
  message: number
  name: string
  text: string
  owner: string
}

export interface DeletionDraft {
  event: 'deleted'
  epoch: string
  message: number
  name: string
  owner: string
}

/**
 * What every answer of the log says: the epoch in which its numbers are good. In one epoch a number stands for one
 * entry only. Entries of before a change of epoch keep their number, and get the new epoch.
 */
export interface InEpoch {
  epoch: string
}

export interface Appended extends InEpoch {
  entry: Entry
  /** False when the draft's key had been used, and `entry` is what was said then, or `erased` when that is gone. */
  isNew: boolean
}

/** Consecutive entries, oldest first. */
export interface Page extends InEpoch {
  entries: Entry[]
}

export interface History extends InEpoch {
  /** Oldest first. */
  messages: StandingMessage[]
  /** Whether there are messages before these. */
  more: boolean
  /** The number of the room's newest entry at the same moment. */
  head: number
}

/** The entries that a room still has: `first` to `head`; none when `first` is `head + 1`. A new room: 1 and 0. */
export interface Extent extends InEpoch {
  first: number
  head: number
}

/** A message as it stands now; undefined when it is unknown or deleted. */
export interface FoundMessage extends InEpoch {
  message: StandingMessage | undefined
}

export interface StoredRoom extends InEpoch {
  room: string
  head: number
  /** When the newest entry came, in milliseconds since 1970. */
  at: number
}

/** Called with consecutive new entries of one room, oldest first; it must not throw. */
export type Follower = (entries: Entry[]) => void

/** One follower of a room: it is called with the entries after `head`, all of one epoch, until `ended` or `stop`. */
export interface Following extends InEpoch {
  /** The newest entry that the follower is not called with. */
  head: number
  /**
   * Resolves when the follower will not be called any more: the room has another epoch, entries were lost or missed,
   * the store was closed, or `stop` was called. Whoever wants to go on must follow anew, and may find another epoch.
   */
  ended: Promise<void>
  stop: () => void
}

/**
 * The logs of all rooms. All of them have the same epoch; when entries were lost it becomes another one, so that an id
 * `<epoch>-<number>` is never given to two entries. Callers must take the epoch from the answer that they use, and not
 * mix answers of two epochs. The entries of a room are numbered 1, 2, 3, … without holes, and never change, but that those of a
 * deleted message become `erased`. Rooms are named in canonical form. Every method rejects with the Refusal `store_full` when there is no room left to write,
 * and with `store_unreachable` when the store cannot be asked now; then an entry may have been added or not.
 */
export interface RoomLog {
  /**
   * Adds an entry at the head. When this resolves, the entry is durable and has the next number. Rejects with the
   * Refusal `unknown_message`, `message_deleted` or `not_your_message` when the draft speaks of such a message; a message
   * of another epoch is unknown. A deletion erases: when it resolves, the store has the message and its edits as
   * `erased` entries alone, and no copy of what they said.
   */
  append(room: string, draft: Draft): Promise<Appended>

  /** What was said with a key that is still good, as `append` answers it; undefined when nothing was. */
  said(room: string, once: Once): Promise<Appended | undefined>

  /**
   * Adds entries that were said elsewhere: consecutive, oldest first, with the times, names and authors that they have,
   * and new numbers. Nobody owns their messages here. A message that is deleted among them is erased.
   */
  import(room: string, entries: Entry[]): Promise<void>

  /** The entries numbered `after + 1` and up, at most `limit`; none when entry `after + 1` is no longer kept. */
  read(room: string, after: number, limit: number): Promise<Page>

  extent(room: string): Promise<Extent>

  /** The newest messages as they stand now, or the newest of those before entry `before`; deleted ones are left out. */
  history(room: string, limit: number, before?: number): Promise<History>

  message(room: string, number: number): Promise<FoundMessage>

  /**
   * Calls `follower` with every entry after the returned head, in order, each once, until the following ends; and
   * `onReachable` when for a time nothing can come, and when all has come that was missed.
   */
  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following>

  /** The rooms in which something was said, the newest first. */
  rooms(limit: number): Promise<StoredRoom[]>
}
