import type { Entry, StandingMessage } from './entry.ts'

/** What a caller wants to append to a room. */
export type Draft = MessageDraft | EditDraft | DeletionDraft

export interface MessageDraft {
  event: 'message'
  name: string | null
  text: string
  guest: boolean
  /** The id of the session that may edit and delete the message; null if a guest wrote it. */
  owner: string | null
  /**
   * If the sender used the same key in the room within the last 24 hours, `append` returns that entry and adds none.
   */
  once?: Once
}

/** An idempotency key and its sender, by which a store recognises a retry. It keeps only the sender's fingerprint. */
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
 * The epoch for which the numbers in an answer of the log are valid. Within one epoch a number always means the same
 * entry. When the epoch changes, existing entries keep their numbers and get the new epoch.
 */
export interface InEpoch {
  epoch: string
}

export interface Appended extends InEpoch {
  entry: Entry
  /** False if the draft's key was used before. `entry` is then the earlier message, or `erased` if that was deleted. */
  isNew: boolean
}

/** Consecutive entries, oldest first. */
export interface Page extends InEpoch {
  entries: Entry[]
}

export interface History extends InEpoch {
  /** Oldest first. */
  messages: StandingMessage[]
  /** Whether the room has messages older than these. */
  more: boolean
  /** The number of the room's newest entry when the messages were read. */
  head: number
}

/**
 * The range of entries that a room still keeps: `first` to `head`. If it keeps none, `first` is `head + 1`. In a new room
 * `first` is 1 and `head` is 0.
 */
export interface Extent extends InEpoch {
  first: number
  head: number
}

/** A message with its newest text; undefined if it is unknown or deleted. */
export interface FoundMessage extends InEpoch {
  message: StandingMessage | undefined
}

export interface StoredRoom extends InEpoch {
  room: string
  head: number
  /** The time of the newest entry in milliseconds since 1970. */
  at: number
}

/** The log calls it with consecutive new entries of one room, oldest first. It must not throw. */
export type Follower = (entries: Entry[]) => void

/** A subscription: the log calls the follower with entries after `head` until `ended` resolves. `stop` ends it. */
export interface Following extends InEpoch {
  /** The number of the newest entry when following began. The follower is called only with later ones. */
  head: number
  /**
   * Resolves when the log will not call the follower again: the epoch has changed, entries were lost or missed, the
   * store was closed, or `stop` was called. To continue, the caller must call `follow` again, and may get another
   * epoch.
   */
  ended: Promise<void>
  stop: () => void
}

/**
 * The logs of all rooms. The entries of a room are numbered 1, 2, 3, … without gaps. Entries never change, except that
 * those of a deleted message become `erased`. All rooms share one epoch. When the store has lost entries it starts a
 * new epoch, so that two entries never get the same id `<epoch>-<number>`.
 *
 * Callers must pass room names in canonical form, take the epoch from the answer that they use, and not combine answers
 * of two epochs. Every method rejects with the Refusal `store_full` if the store has no space left to write, and with
 * `store_unreachable` if it cannot be reached; in that case `append` and `import` may or may not have added their
 * entries.
 */
export interface RoomLog {
  /**
   * Adds an entry with the next number. When it resolves, the entry is durable. Rejects an edit or deletion with the
   * Refusal `unknown_message` (also for a message of another epoch), `message_deleted` or `not_your_message`. When a
   * deletion resolves, the store has replaced the message and its edits with `erased` entries and has no copy of the
   * texts.
   */
  append(room: string, draft: Draft): Promise<Appended>

  /** Finds the message posted with an unexpired key, as `append` returns it for a retry; undefined if there is none. */
  said(room: string, once: Once): Promise<Appended | undefined>

  /**
   * Adds entries from another log, with their times, names and authors but with new numbers. The caller must pass them
   * consecutive and oldest first. Nobody can edit or delete their messages here. If they include the deletion of a
   * message, the message is erased.
   */
  import(room: string, entries: Entry[]): Promise<void>

  /** Reads entries from `after + 1` on, at most `limit`; none if entry `after + 1` is not kept or does not exist yet. */
  read(room: string, after: number, limit: number): Promise<Page>

  extent(room: string): Promise<Extent>

  /**
   * Reads the newest messages (before entry `before`, if given) with their newest texts. It leaves out deleted ones.
   */
  history(room: string, limit: number, before?: number): Promise<History>

  message(room: string, number: number): Promise<FoundMessage>

  /**
   * Calls `follower` with every entry after the returned head, in order and exactly once, until the following ends.
   * Calls `onReachable(false)` when the store becomes unreachable, and `onReachable(true)` when it is back and the
   * follower has received every entry that it missed.
   */
  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following>

  /** Lists rooms that have had entries, the most recently active first. */
  rooms(limit: number): Promise<StoredRoom[]>
}
