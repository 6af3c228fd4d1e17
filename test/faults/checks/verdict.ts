import { checkLog } from './check-log.ts'
import { checkReader } from './check-reader.ts'
import type { LogEntry } from './export.ts'
import type { Ledger } from './ledger.ts'
import type { ReaderHistory } from '../readers/reader.ts'

/** What must never happen. */
export const FAULTS = ['lost', 'doubled', 'out of order', 'forged', 'reset', 'refused'] as const
/** … and of several nodes: a name that two hold, and people who stay when their node has died. */
export const FAULTS_OF_NODES = [...FAULTS, 'held twice', 'stayed'] as const

export interface Finding {
  kind: (typeof FAULTS_OF_NODES)[number]
  /** The evidence, in words. */
  what: string
}

/** Everything that is wrong; nothing, when the server has kept its promise. `logs` are the exports, by room. */
export function judge(logs: Map<string, LogEntry[]>, ledger: Ledger, readers: ReaderHistory[]): Finding[] {
  return [
    ...[...logs].flatMap(([room, log]) => checkLog(room, log, ledger)),
    ...readers.flatMap((history) => checkReader(history, logs.get(history.room) ?? [])),
    ...ledger.refusals.map((what): Finding => ({ kind: 'refused', what })),
  ]
}
