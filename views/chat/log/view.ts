import { numberOf, type ChatMessage } from '../protocol.ts'
import { indexAfter } from './order.ts'

/** Which messages are in the document: the newest, or those numbered `first` to `last`. */
export type View = { at: 'tail' } | { at: 'span'; first: number; last: number }

/** Indexes of the messages in the document: from `start` to before `end`. */
export interface Range {
  start: number
  end: number
}

export const TAIL: View = { at: 'tail' }

const TAIL_SIZE = 80
const MOST_SIZE = 120
const STEP = 40

/** The messages that a view shows. */
export function rangeOf(messages: readonly ChatMessage[], view: View): Range {
  const { length } = messages
  if (view.at === 'tail') return { start: Math.max(0, length - TAIL_SIZE), end: length }
  return { start: indexAfter(messages, view.first - 1), end: indexAfter(messages, view.last) }
}

/** The same messages as now, even when new ones come. */
export function pinned(messages: readonly ChatMessage[], view: View): View {
  return view.at === 'span' ? view : spanOf(messages, rangeOf(messages, view))
}

/** Moves the view by one step towards older messages. */
export function older(messages: readonly ChatMessage[], view: View): View {
  const { start, end } = rangeOf(messages, view)
  const from = Math.max(0, start - STEP)
  return spanOf(messages, { start: from, end: Math.min(end, from + MOST_SIZE) })
}

/** Moves the view by one step towards newer messages. */
export function newer(messages: readonly ChatMessage[], view: View): View {
  const { start, end } = rangeOf(messages, view)
  const to = Math.min(messages.length, end + STEP)
  return spanOf(messages, { start: Math.max(start, to - MOST_SIZE), end: to })
}

function spanOf(messages: readonly ChatMessage[], { start, end }: Range): View {
  const first = messages[start]
  const last = messages[end - 1]
  return first && last ? { at: 'span', first: numberOf(first.id), last: numberOf(last.id) } : TAIL
}
