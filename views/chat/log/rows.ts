import { numberOf, type ChatMessage } from '../protocol.ts'
import { startOfDay } from '../translation/day.ts'
import type { Note } from './note.ts'

/** One line of the list. */
export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string }
  | { kind: 'reset'; key: string }
  | { kind: 'presence'; key: string; joined: string[]; left: string[] }
  | { kind: 'message'; key: string; message: ChatMessage; at: number; isFirst: boolean }

/** The input of `rowsOf`: consecutive messages, and the notes between them. */
export interface Layout {
  messages: readonly ChatMessage[]
  notes: readonly Note[]
  /** The number of the last message that the reader has seen; the line "new" comes after it. */
  seen: number | undefined
  /** Whether these are the oldest messages that the page has. */
  isHead: boolean
  /** Whether these are the newest messages. */
  isTail: boolean
}

/** Messages of one author within this time share one heading. */
const RUN_MS = 5 * 60 * 1000

/** Turns messages into rows: adds a row for each day, a heading for each run of one author, and joins and leaves. */
export function rowsOf({ messages, notes, seen, isHead, isTail }: Layout): Row[] {
  const rows: Row[] = []
  let day = NaN
  let run: { message: ChatMessage; at: number } | undefined

  const first = messages[0] && !isHead ? numberOf(messages[0].id) : 0
  let isNewNext = seen !== undefined && seen >= first
  let note = notes.findIndex(({ after }) => after >= first)
  if (note === -1) note = notes.length
  const addNotes = (before: number) => {
    const among: Note[] = []
    while (notes[note] && notes[note]!.after < before) among.push(notes[note++]!)
    if (among.length > 0) run = undefined
    rows.push(...noteRows(among))
  }

  for (const message of messages) {
    const number = numberOf(message.id)
    const at = Date.parse(message.at)
    if (number !== first) addNotes(number)
    if (startOfDay(at) !== day) {
      day = startOfDay(at)
      run = undefined
      rows.push({ kind: 'day', key: `day ${day}`, at })
    }
    if (isNewNext && number > seen!) {
      isNewNext = false
      run = undefined
      rows.push({ kind: 'new', key: 'new' })
    }
    const isFirst = !run || !isSameAuthor(run.message, message) || at - run.at > RUN_MS
    if (isFirst) run = { message, at }
    rows.push({ kind: 'message', key: message.id, message, at, isFirst })
  }
  if (isTail) addNotes(Infinity)
  return rows
}

/** Whether two messages have the same author. Guests with the same name count as one author. */
export function isSameAuthor(one: ChatMessage, other: ChatMessage): boolean {
  return one.name === other.name && one.guest === other.guest
}

/** Merges consecutive joins and leaves into one row, and leaves out people who left and came back. */
function noteRows(notes: Note[]): Row[] {
  const rows: Row[] = []
  let joined = new Set<string>()
  let left = new Set<string>()
  const fold = (key: string) => {
    if (joined.size + left.size > 0) rows.push({ kind: 'presence', key, joined: [...joined], left: [...left] })
    joined = new Set()
    left = new Set()
  }
  for (const { kind, name, after } of notes) {
    if (kind === 'reset') {
      fold(`before reset ${after}`)
      rows.push({ kind, key: `reset ${after}` })
      continue
    }
    const [here, other] = kind === 'joined' ? [joined, left] : [left, joined]
    if (!other.delete(name)) here.add(name)
  }
  fold(`presence ${notes.at(-1)?.after}`)
  return rows
}
