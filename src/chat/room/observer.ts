import type { RefusalCode } from '../refusal.ts'
import type { Resumption } from './resumption.ts'

/** Counts what happens, for metrics. Its methods must not throw. */
export interface Observer {
  /** A message was stored durably `ms` after its request had arrived. */
  durable(ms: number): void
  /** Entries were written to every live stream of a channel `ms` after the first of them had been posted. */
  delivered(ms: number): void
  resumed(resume: Resumption['resume']): void
  refused(code: RefusalCode): void
}
