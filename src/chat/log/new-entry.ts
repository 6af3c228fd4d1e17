import type { Entry } from './entry.ts'
import type { Draft } from './room-log.ts'

/** The entry that a draft of `author` becomes. */
export function newEntry(room: string, number: number, at: number, author: string | null, draft: Draft): Entry {
  switch (draft.event) {
    case 'message': {
      const { event, name, text, guest } = draft
      return { event, number, room, name, author, text, at, guest }
    }
    case 'edited': {
      const { event, message, name, text } = draft
      return { event, number, message, name, author, text, at }
    }
    case 'deleted': {
      const { event, message, name } = draft
      return { event, number, message, name, author, at }
    }
  }
}

/** Entries of another log with the numbers from `next` up; what speaks of a message that is not among them speaks of none. */
export function renumber(room: string, entries: Entry[], next: number): Entry[] {
  const first = entries[0]?.number ?? next
  const shift = next - first
  return entries.map((entry) => {
    const number = entry.number + shift
    if (entry.event === 'message' || entry.event === 'erased') return { ...entry, number, room }
    return { ...entry, number, message: entry.message < first ? 0 : entry.message + shift }
  })
}
