import { isDeepStrictEqual } from 'node:util'
import { numberOf, type ReaderHistory } from '../readers/reader.ts'
import { wordsOf } from '../writers/words.ts'
import type { LogEntry } from './export.ts'
import type { Ledger } from './ledger.ts'
import type { Finding } from './verdict.ts'

/** What is known of a room: its entries by number, also of those that are no longer kept. */
interface Known {
  entries: Map<number, LogEntry>
  /** Those that were deleted, with their edits: a reader of text is not told of one that was erased before it came. */
  deleted: Set<number>
  /** The first that is kept. */
  first: number
  head: number
}

/**
 * What is wrong where rooms keep only their newest entries. The numbers that are kept have no hole; everybody was given
 * the same entry by the same number; nothing was said twice; and a reader misses entries only where it was told so, and
 * only when the next one that it was to get is kept no longer.
 */
export function judgeRetained(logs: Map<string, LogEntry[]>, ledger: Ledger, readers: ReaderHistory[]): Finding[] {
  const findings: Finding[] = ledger.refusals.map((what) => ({ kind: 'refused', what }))
  for (const [room, log] of logs) {
    const found = (kind: Finding['kind'], what: string) => findings.push({ kind, what: `${room}: ${what}` })
    const histories = readers.filter((history) => history.room === room)
    const known = gather(room, log, ledger, histories, found)
    checkDoubles(known, found)
    for (const history of histories) checkReader(history, known, found)
  }
  return findings
}

type Found = (kind: Finding['kind'], what: string) => void

function gather(room: string, log: LogEntry[], { posts }: Ledger, readers: ReaderHistory[], found: Found): Known {
  const entries = new Map<number, LogEntry>()
  const note = (entry: LogEntry, who: string) => {
    const other = entries.get(numberOf(entry.id))
    if (other === undefined) entries.set(numberOf(entry.id), entry)
    else if (!isSame(other, entry)) found('forged', `${who} got ${JSON.stringify(entry)}, not ${JSON.stringify(other)}`)
  }
  for (const entry of log) note(entry, 'the export')
  const numbers = log.map(({ id }) => numberOf(id))
  const first = numbers[0] ?? 1
  const head = numbers.at(-1) ?? 0
  for (const [index, number] of numbers.entries()) {
    if (number !== first + index) found('lost', `${number} is kept, and is entry ${index} after ${first}`)
  }
  for (const { answer, room: of } of posts) {
    if (of !== room || answer === undefined) continue
    const entry = { event: 'message', ...answer } as unknown as LogEntry
    const number = numberOf(entry.id)
    if (!(number >= first ? entries.has(number) : number > 0)) found('lost', JSON.stringify(answer))
    note(entry, 'a writer')
  }
  for (const { name, format, seen } of readers) {
    if (format === 'json')
      for (const { event, data } of seen) note({ event, ...(data as Omit<LogEntry, 'event'>) } as LogEntry, name)
  }
  return { entries, deleted: deletedIn([...entries.values()]), first, head }
}

function deletedIn(entries: LogEntry[]): Set<number> {
  const messages = new Set(entries.flatMap(({ event, message }) => (event === 'deleted' ? [message] : [])))
  const gone = entries.filter(
    ({ event, id, message }) => event === 'erased' || messages.has(event === 'edited' ? message : id),
  )
  return new Set(gone.map(({ id }) => numberOf(id)))
}

function isSame(one: LogEntry, other: LogEntry): boolean {
  // What was said may have been erased since.
  return one.event === 'erased' || other.event === 'erased' || isDeepStrictEqual(one, other)
}

/** Each text of a message is said by one writer under one key. */
function checkDoubles({ entries }: Known, found: Found): void {
  const texts = new Map<string, string>()
  for (const { event, id, name, text } of entries.values()) {
    if (event !== 'message') continue
    const said = JSON.stringify([name, text])
    const other = texts.get(said)
    if (other === undefined) texts.set(said, id)
    else found('doubled', `${id} says what ${other} has said: ${said}`)
  }
}

function checkReader(history: ReaderHistory, { entries, deleted, first, head }: Known, found: Found): void {
  const { name, format, seen, skips, refusals } = history
  for (const what of refusals) found('refused', what)
  for (const { after, to } of skips) {
    if (to > after && after + 1 >= first) found('reset', `${name}: ${after + 1} was not given, but is still kept`)
  }
  const isTold = (number: number) => skips.some(({ after, to }) => number > after && number <= to)
  // What no reader of JSON has seen either may have been erased and dropped since; those miss it if it was lost.
  const isSilent = (number: number) => format === 'text' && (deleted.has(number) || !entries.has(number))
  const miss = (from: number, until: number) => {
    for (let number = from; number < until; number++)
      if (!isTold(number) && !isSilent(number)) found('lost', `${name}: ${number} of ${head}`)
  }
  let last = history.base ?? 0
  for (const { number, data } of seen) {
    const truth = entries.get(number)
    if (number === last) found('doubled', `${name}: ${number}`)
    else if (number < last) found('out of order', `${name}: ${number}, after ${last}`)
    else miss(last + 1, number)
    if (format === 'text' && truth && truth.event !== 'erased' && data !== wordsOf(truth))
      found('forged', `${name}: ${JSON.stringify(data)} is ${JSON.stringify(truth)}`)
    last = number
  }
  miss(last + 1, head + 1)
}
