import { isDeepStrictEqual } from 'node:util'
import type { LogEntry } from './export.ts'
import type { ReaderHistory, Seen } from '../readers/reader.ts'
import type { Finding } from './verdict.ts'
import { wordsOf } from '../writers/words.ts'

/**
 * What is wrong with what a reader has seen of a room's whole log: it must be exactly the entries after its base, each
 * once, in order, as they are in the log, or as they were before they were erased. `said` has what the writers of
 * messages were answered, by id.
 */
export function checkReader(history: ReaderHistory, log: LogEntry[], said: Map<string, LogEntry>): Finding[] {
  const { name, room, seen, resets, refusals } = history
  const base = history.base ?? 0
  const findings: Finding[] = []
  const found = (kind: Finding['kind'], what: string) => findings.push({ kind, what: `${name}: ${what}` })

  const numbers = new Set<number>()
  let last = base
  for (const entry of seen) {
    const { number } = entry
    const truth = log[number - 1]
    if (numbers.has(number)) found('doubled', `${number}, after ${last}`)
    else if (number < last) found('out of order', `${number}, after ${last}`)
    if (!truth || number <= base) found('forged', `${number}, but began after ${base} and ${room} has ${log.length}`)
    else if (!isSame(history, entry, truth) && !isBefore(history, entry, truth, said.get(truth.id)))
      found('forged', `${JSON.stringify(entry)} is ${JSON.stringify(truth)}`)
    numbers.add(number)
    last = number
  }
  for (let number = base + 1; number <= log.length; number++) {
    // An erased entry is a block with only an id in the text format, and no event.
    const isSilent = history.format === 'text' && log[number - 1]!.event === 'erased'
    if (!numbers.has(number) && !isSilent) found('lost', `${number} of ${log.length}`)
  }
  for (let count = 0; count < resets; count++) found('reset', 'was told that entries are gone')
  for (const what of refusals) findings.push({ kind: 'refused', what })
  return findings
}

function isSame({ format }: ReaderHistory, { event, data }: Seen, truth: LogEntry): boolean {
  if (format === 'text') return data === wordsOf(truth)
  return isDeepStrictEqual({ event, ...(data as object) }, truth)
}

/** Whether it is what an entry was before it was erased; of an edit no more than its number and time can be told. */
function isBefore(history: ReaderHistory, seen: Seen, truth: LogEntry, said: LogEntry | undefined): boolean {
  if (truth.event !== 'erased') return false
  if (said) return isSame(history, seen, said)
  if (history.format === 'text') return /改为:/.test(String(seen.data))
  const { id, at } = seen.data as LogEntry
  return seen.event === 'edited' && id === truth.id && at === truth.at
}
