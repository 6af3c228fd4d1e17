import type { Entry, StandingMessage } from '../../../chat/log/entry.ts'
import type { Draft } from '../../../chat/log/room-log.ts'

/*
 * An item is an entry as the list of its room has it: a header that the scripts read, then JSON.
 *
 *   m<time> <number> <owner> [name,text,guest,author]  a message
 *   e<time> <number> <owner> <message> <edit before> [name,text,author]
 *                                                      an edit, and the edit of the same message before it, or 0
 *   d<time> <number> <owner> <message> [name,author]   a deletion
 *   x<time> <number>                                   an erased message
 *   y<time> <number> <edit before>                     an erased edit; the edit before may be missing
 *
 * The owner is a session's id, or nothing. The author is in the JSON only of what was imported: else it follows from the
 * owner. What is missing at the end of the JSON is 0 or null.
 */

/** What the scripts make an item of, beside its time and number: its letter, owner, message (or nothing) and JSON. */
export type Parts = [kind: string, owner: string, message: string, body: string]

/** Tells the author by the id of a session. */
export type AuthorOf = (owner: string) => string | null

const ITEM = /^([a-z])(\d+) (\d+)(?: (\S*) (?:(\d+) )?(?:\d+ )?(\[.*)| \d+)?$/s

/**
 * The parts of a draft, or of an entry from elsewhere. `numbers` says what the numbers of other messages become; one that
 * is not in it becomes 0.
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

/** The entry that an item stands for. */
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

/** A message as it stands now, after its last edit, if there was one; undefined when the entry is no message. */
export function toStanding(message: Entry, edit: Entry | undefined): StandingMessage | undefined {
  if (message.event !== 'message') return undefined
  if (edit?.event !== 'edited') return { ...message, editedAt: null }
  return { ...message, text: edit.text, editedAt: edit.at }
}
