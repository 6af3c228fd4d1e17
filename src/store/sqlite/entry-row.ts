import type { Entry, StandingMessage } from '../../chat/log/entry.ts'

/** A text as stored in SQLite: a BLOB (UTF-8) when it contains a NUL. */
type StoredText = string | Uint8Array

/** A row of the table `entries`, with only the columns that its statement selects. */
export interface EntryRow {
  number: number
  event: Entry['event']
  message: number
  name: string
  text: StoredText
  guest: number
  owner: string | null
  author: string | null
  at: number
  standing: StoredText | null
  edited_at: number | null
  deleted_at: number | null
}

/** The entry as it was written. */
export function toEntry(room: string, { number, event, message, name, author, text, guest, at }: EntryRow): Entry {
  switch (event) {
    case 'message':
      return { event, number, room, name, author, text: loadText(text), at, guest: guest === 1 }
    case 'edited':
      return { event, number, message, name, author, text: loadText(text), at }
    case 'deleted':
      return { event, number, message, name, author, at }
    case 'erased':
      return { event, number, room, at }
  }
}

/** The message as it stands now. */
export function toStanding(room: string, row: EntryRow): StandingMessage {
  const { number, name, author, guest, at, edited_at: editedAt } = row
  const text = loadText(row.standing ?? row.text)
  return { event: 'message', number, room, name, author, text, at, guest: guest === 1, editedAt }
}

/** Prepares a text for SQLite. SQLite returns a TEXT only up to its first NUL, so a text with a NUL becomes a BLOB. */
export function storeText(text: string): StoredText {
  return text.includes('\0') ? Buffer.from(text) : text
}

/** The original text. */
export function loadText(text: StoredText): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString()
}
