import { formatId } from './cursor.ts'
import type { Entry, StandingMessage } from './entry.ts'

/** An entry as clients see it: with ids for numbers and ISO 8601 for times. */
export function entryJson(epoch: string, entry: Entry): object {
  const { number, at } = entry
  const id = formatId(epoch, number)
  const time = new Date(at).toISOString()
  switch (entry.event) {
    case 'message': {
      const { room, name, author, text, guest } = entry
      return { id, room, name, author, text, at: time, guest }
    }
    case 'edited': {
      const { name, author, text } = entry
      return { id, message: formatId(epoch, entry.message), name, author, text, at: time }
    }
    case 'deleted': {
      const { name, author } = entry
      return { id, message: formatId(epoch, entry.message), name, author, at: time }
    }
    case 'erased':
      return { id, room: entry.room, at: time }
  }
}

/** An entry with the name of its event: an item of a long poll, a line of the export. */
export function eventJson(epoch: string, entry: Entry): object {
  return { event: entry.event, ...entryJson(epoch, entry) }
}

/** A message as it stands now; `edited` says since when, if it was. */
export function standingJson(epoch: string, message: StandingMessage): object {
  const json = entryJson(epoch, message)
  return message.editedAt === null ? json : { ...json, edited: new Date(message.editedAt).toISOString() }
}
