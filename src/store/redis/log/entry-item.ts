import type { Entry, StandingMessage } from '../../../chat/log/entry.ts'
import type { Draft } from '../../../chat/log/room-log.ts'

/*
 * An item is one entry in the list of its room: a header, which the scripts read, and then JSON.
 *
 *   m<time> <number> <owner> [name,text,guest,author]  a message
 *   e<time> <number> <owner> <message> <edit before> [name,text,author]
 *                                                      an edit, with the number of the message's previous edit, or 0
 *   d<time> <number> <owner> <message> [name,author]   a deletion
 *   x<time> <number>                                   an erased message
 *   y<time> <number> <edit before>                     an erased edit; the last field may be missing
 *
 * The owner is a session's id, or nothing. Only imported entries have the author in their JSON; for others it is
 * computed from the owner. Fields that are missing at the end of the JSON are 0 or null.
 */

/**
 * The parts of an item without time and number, which the scripts add: letter, owner, message (or nothing) and JSON.
 */
export type Parts = [kind: string, owner: string, message: string, body: string]

/** Returns the author for a session's id. */
export type AuthorOf = (owner: string) => string | null

const ITEM = /^([a-z])(\d+) (\d+)(?: (\S*) (?:(\d+) )?(?:\d+ )?(\[.*)| \d+)?$/s

/**
 * The parts of a draft or an imported entry. For an import, `numbers` maps the old numbers of messages to the new ones;
 * a number that is not in it becomes 0.
 */
export function toParts(draft: Draft | Entry, numbers?: Map<number, string>): Parts {
  const owner = 'owner' in draft ? (draft.owner ?? '') : ''
  const author = 'author' in draft && draft.author !== null ? [draft.author] : []
  const message = () => {
    const { message } = draft as { message: number }
    return numbers ? (numbers.get(message) ?? '0') : String(message)
  }
  switch (draft.event) {
    case 'message': {
      const guest = Number(draft.guest)
      const rest = author.length > 0 ? [guest, ...author] : draft.guest ? [guest] : []
      return ['m', owner, '', JSON.stringify([draft.name, draft.text, ...rest])]
    }
    case 'edited':
      return ['e', owner, message(), JSON.stringify([draft.name, draft.text, ...author])]
    case 'deleted':
      return ['d', owner, message(), JSON.stringify([draft.name, ...author])]
    case 'erased':
      return ['x', '', '', '']
  }
}

/** Parses an item of a room's list. */
export function toEntry(room: string, item: string, authorOf: AuthorOf): Entry {
  const [, kind, time, digits, owner, message, body] = ITEM.exec(item)!
  const [at, number] = [Number(time), Number(digits)]
  if (body === undefined) return { event: 'erased', number, room, at }
  const fields = JSON.parse(body) as (string | number | null)[]
  const name = fields[0] as string
  const author = (imported: number) => (owner ? authorOf(owner) : ((fields[imported] ?? null) as string | null))
  if (kind === 'd') return { event: 'deleted', number, message: Number(message), name, author: author(1), at }
  const text = fields[1] as string
  return kind === 'e'
    ? { event: 'edited', number, message: Number(message), name, author: author(2), text, at }
    : { event: 'message', number, room, name, author: author(3), text, at, guest: fields[2] === 1 }
}

/** A message with the text of its last edit, if there is one; undefined when the entry is not a message. */
export function toStanding(message: Entry, edit: Entry | undefined): StandingMessage | undefined {
  if (message.event !== 'message') return undefined
  if (edit?.event !== 'edited') return { ...message, editedAt: null }
  return { ...message, text: edit.text, editedAt: edit.at }
}
