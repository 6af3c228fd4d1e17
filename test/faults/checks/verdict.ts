import { checkLog } from './check-log.ts'
import { checkReader } from './check-reader.ts'
import type { LogEntry } from './export.ts'
import type { Ledger } from './ledger.ts'
import type { ReaderHistory } from '../readers/reader.ts'

/** What must never happen. */
export const FAULTS = ['lost', 'doubled', 'out of order', 'forged', 'kept', 'reset', 'refused'] as const
/** … and of several nodes: a name that two hold, and people who stay when their node has died. */
export const FAULTS_OF_NODES = [...FAULTS, 'held twice', 'stayed'] as const

export interface Finding {
  kind: (typeof FAULTS_OF_NODES)[number]
  /** The evidence, in words. */
  what: string
}

/** Everything that is wrong; nothing, when the server has kept its promise. `logs` are the exports, by room. */
export function judge(logs: Map<string, LogEntry[]>, ledger: Ledger, readers: ReaderHistory[]): Finding[] {
  const said = new Map<string, Map<string, LogEntry>>()
  for (const { room, answer } of ledger.posts) {
    if (!said.has(room)) said.set(room, new Map())
    if (answer) said.get(room)!.set(String(answer.id), { event: 'message', ...answer } as LogEntry)
  }
  return [
    ...[...logs].flatMap(([room, log]) => checkLog(room, log, ledger)),
    ...readers.flatMap((history) =>
      checkReader(history, logs.get(history.room) ?? [], said.get(history.room) ?? new Map()),
    ),
    ...ledger.refusals.map((what): Finding => ({ kind: 'refused', what })),
  ]
}
