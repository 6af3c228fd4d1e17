import { isDeepStrictEqual } from 'node:util'
import type { LogEntry } from './export.ts'
import type { ReaderHistory, Seen } from '../readers/reader.ts'
import type { Finding } from './verdict.ts'
import { wordsOf } from '../writers/words.ts'

/**
 * What is wrong with what a reader has seen of a room's whole log: it must be exactly the entries after its base, each
 * once, in order, as they are in the log.
 */
export function checkReader(history: ReaderHistory, log: LogEntry[]): Finding[] {
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
    else if (!isSame(history, entry, truth)) found('forged', `${JSON.stringify(entry)} is ${JSON.stringify(truth)}`)
    numbers.add(number)
    last = number
  }
  for (let number = base + 1; number <= log.length; number++) {
    if (!numbers.has(number)) found('lost', `${number} of ${log.length}`)
  }
  for (let count = 0; count < resets; count++) found('reset', 'was told that entries are gone')
  for (const what of refusals) findings.push({ kind: 'refused', what })
  return findings
}

function isSame({ format }: ReaderHistory, { event, data }: Seen, truth: LogEntry): boolean {
  if (format === 'text') return data === wordsOf(truth)
  return isDeepStrictEqual({ event, ...(data as object) }, truth)
}
