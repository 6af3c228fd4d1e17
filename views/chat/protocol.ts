/** A message as the server sends it. */
export interface ChatMessage {
  id: string
  room: string
  /** Null for an anonymous text. */
  name: string | null
  text: string
  at: string
  guest: boolean
  /** When it was last edited, if it was. */
  edited?: string
}

/** An edit: the message's new text. */
export interface Edited {
  id: string
  message: string
  text: string
  at: string
}

/** The deletion of a message. */
export interface Deleted {
  id: string
  message: string
  at: string
}

/** What is left of a message that was deleted, or of an edit of one. */
export interface Erased {
  id: string
  at: string
}

/** What the server answers to a text that it has taken: the message, unless that is gone again. */
export type Accepted = ChatMessage | { id: string; erased: true }

/** One numbered item of a room's log. */
export type Entry =
  | ({ event: 'message' } & ChatMessage)
  | ({ event: 'edited' } & Edited)
  | ({ event: 'deleted' } & Deleted)
  | ({ event: 'erased' } & Erased)

/** Who is in the room. Above 200 names there are no `users`, only counts. */
export interface Roster {
  count: number
  users?: string[]
  guests: number
}

/** Every event of a room's stream. */
export type RoomEvent =
  | Entry
  | { event: 'ready'; resume: 'live' | 'resumed' | 'reset'; head: string }
  | ({ event: 'roster' } & Roster)
  | { event: 'joined'; name: string; was?: string }
  | { event: 'left'; name: string; now?: string }
  | { event: 'typing'; name: string }
  | { event: 'heartbeat'; at: string }
  | { event: 'closing'; retry: number }
  | { event: 'session'; name: string | null }

/** The names of the events above, for `addEventListener`. */
export const EVENT_NAMES: readonly RoomEvent['event'][] = [
  'ready',
  'message',
  'edited',
  'deleted',
  'erased',
  'roster',
  'joined',
  'left',
  'typing',
  'heartbeat',
  'closing',
  'session',
]

const ENTRY_NAMES: ReadonlySet<string> = new Set<Entry['event']>(['message', 'edited', 'deleted', 'erased'])

/** A page of messages in their current state, oldest first. A stream from `cursor` continues it without a gap. */
export interface History {
  messages: ChatMessage[]
  cursor: string
  more: boolean
}

/** The entries after a cursor. `reset`: the server cannot continue from that cursor; load the history again. */
export interface Missed {
  events: Entry[]
  cursor: string
  reset?: boolean
}

/** The initial state, which the server writes into the page's HTML. */
export interface PageState extends History {
  room: string
  language: 'zh' | 'en'
  /** The normal page, the page for a frame on another site, or the page without input. */
  view: 'page' | 'embed' | 'read'
  /** The name that the reader's session holds. */
  name: string | null
}

/** The number of an entry in its room: 1, 2, 3, … without holes. */
export function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1))
}

/** The epoch of an id: it names the log that the entry belongs to. */
export function epochOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}

/** Whether an event is an entry of the log. */
export function isEntry(event: RoomEvent): event is Entry {
  return ENTRY_NAMES.has(event.event)
}
