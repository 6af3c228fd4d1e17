import { formatId } from './cursor.ts'
import type { Entry, StandingMessage } from './entry.ts'

/** Returns an entry as the protocol shows it to clients: ids in place of numbers, times in ISO 8601. */
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

/** Returns an entry with the name of its event, as an item of a long poll or a line of an export. */
export function eventJson(epoch: string, entry: Entry): object {
  return { event: entry.event, ...entryJson(epoch, entry) }
}

/** Returns a message with its newest text. If somebody has edited it, `edited` is the time of the last edit. */
export function standingJson(epoch: string, message: StandingMessage): object {
  const json = entryJson(epoch, message)
  return message.editedAt === null ? json : { ...json, edited: new Date(message.editedAt).toISOString() }
}
