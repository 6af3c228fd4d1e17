import type { Entry, StandingMessage } from '../../../chat/log/entry.ts'
import type { Draft } from '../../../chat/log/room-log.ts'

/** An item of a stream: its id, `<number>-0`, and its fields, names and values in turn. */
export type StreamItem = [id: string, fields: string[]]

/**
 * What is kept of a draft, or of an entry, beside its number and time. What is null is left out. `numbers` says what the
 * numbers of other messages become; one that is not in it becomes 0.
 */
export function toFields(draft: Draft | Entry, numbers?: Map<number, string>): string[] {
  const fields = ['event', draft.event]
  if (draft.event === 'message') {
    if (draft.name !== null) fields.push('name', draft.name)
    fields.push('text', draft.text, 'guest', draft.guest ? '1' : '0')
  } else {
    const message = numbers ? (numbers.get(draft.message) ?? '0') : String(draft.message)
    fields.push('message', message, 'name', draft.name)
    if (draft.event === 'edited') fields.push('text', draft.text)
  }
  if ('owner' in draft && draft.owner !== null) fields.push('owner', draft.owner)
  return fields
}

/** The entry that an item stands for. */
export function toEntry(room: string, [id, list]: StreamItem): Entry {
  const fields = new Map(Array.from({ length: list.length / 2 }, (_, n) => [list[n * 2]!, list[n * 2 + 1]!]))
  const number = Number.parseInt(id)
  const at = Number(fields.get('at'))
  const event = fields.get('event') as Entry['event']
  const [name, text] = [fields.get('name'), fields.get('text') ?? '']
  switch (event) {
    case 'message':
      return { event, number, room, name: name ?? null, text, at, guest: fields.get('guest') === '1' }
    case 'edited':
      return { event, number, message: Number(fields.get('message')), name: name!, text, at }
    case 'deleted':
      return { event, number, message: Number(fields.get('message')), name: name!, at }
  }
}

/** The message of an item as it stands now: `standing` is `<time> <text>` of its last edit, if there was one. */
export function toStanding(room: string, item: StreamItem, standing: string | null): StandingMessage | undefined {
  const entry = toEntry(room, item)
  if (entry.event !== 'message' || standing === '') return undefined
  if (standing === null) return { ...entry, editedAt: null }
  const space = standing.indexOf(' ')
  return { ...entry, text: standing.slice(space + 1), editedAt: Number(standing.slice(0, space)) }
}
