import { lastOf, numberOf, type ReaderHistory } from '../readers/reader.ts'

/** One SSE event, whichever client parsed it. */
export interface Received {
  event: string | undefined
  /** Undefined when it came without. */
  id: string | undefined
  data: string
}

const ENTRIES = new Set(['message', 'edited', 'deleted', 'erased'])
const RESET_WORDS = '有些消息已无法补发'
const CONNECTED_WORDS = '已连接至服务器'

/** Notes what an event tells: an entry, a verdict, or something that is only true now. */
export function record(history: ReaderHistory, received: Received): void {
  if (history.format === 'json') recordJson(history, received)
  else recordText(history, received)
}

function recordJson(history: ReaderHistory, { event = 'message', id, data }: Received): void {
  const fields = JSON.parse(data) as { resume?: string; head?: string }
  if (event === 'ready') {
    if (fields.resume === 'reset') history.resets++
    if (fields.resume === 'reset' || begins(history)) skip(history, id)
    history.base ??= numberOf(fields.head ?? '')
  } else if (ENTRIES.has(event)) {
    history.seen.push({ number: numberOf(id ?? ''), event, data: fields })
  }
}

function recordText(history: ReaderHistory, { id, data }: Received): void {
  if (data === RESET_WORDS) {
    history.resets++
    skip(history, id)
  } else if (data === CONNECTED_WORDS && begins(history)) skip(history, id)
  // An id may come with the opening too: it is no entry.
  else if (id !== undefined && data !== CONNECTED_WORDS) {
    history.seen.push({ number: numberOf(id), event: 'message', data })
  }
}

/** Whether nothing has come yet to one that begins with the first entry that is kept. */
function begins({ base, seen }: ReaderHistory): boolean {
  return base === 0 && seen.length === 0
}

function skip(history: ReaderHistory, id = ''): void {
  history.skips.push({ after: lastOf(history), to: numberOf(id) })
}
