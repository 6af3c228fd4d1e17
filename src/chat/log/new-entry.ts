import type { Entry } from './entry.ts'
import type { Draft } from './room-log.ts'

/** Makes an entry from a draft by `author`. */
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

/**
 * Gives entries of another log new numbers from `next` on. An edit or deletion whose message is not among them gets the
 * message number 0, which no message has.
 */
export function renumber(room: string, entries: Entry[], next: number): Entry[] {
  const first = entries[0]?.number ?? next
  const shift = next - first
  return entries.map((entry) => {
    const number = entry.number + shift
    if (entry.event === 'message' || entry.event === 'erased') return { ...entry, number, room }
    return { ...entry, number, message: entry.message < first ? 0 : entry.message + shift }
  })
}
