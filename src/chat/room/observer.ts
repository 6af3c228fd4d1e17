import type { RefusalCode } from '../refusal.ts'
import type { Resumption } from './resumption.ts'

/** Is told what happens here, to count it. It must not throw. */
export interface Observer {
  /** A message is on disk, `ms` after its request came. */
  durable(ms: number): void
  /** Entries have been written to every live stream of a channel, `ms` after they were said. */
  delivered(ms: number): void
  resumed(resume: Resumption['resume']): void
  refused(code: RefusalCode): void
}
