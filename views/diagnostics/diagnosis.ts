import type { Verdict } from './pulse.ts'

/** What is wrong between this browser and the server, in one word. */
export type Diagnosis =
  | 'measuring'
  | 'well'
  | 'uneven'
  | 'buffered'
  | 'cut'
  | 'reconnecting'
  | 'refused'
  | 'unanswered'
  | 'unreachable'
  | 'offline'

/** The result of an ordinary request: answered, failed at once, or not answered in time. */
export type PlainAnswer = 'unknown' | 'good' | 'failed' | 'late'

export interface Signs {
  online: boolean
  plain: PlainAnswer
  streams: Verdict[]
}

/** The most likely cause of all signs. Causes that can produce other signs are checked first. */
export function diagnose({ online, plain, streams }: Signs): Diagnosis {
  const any = (...kinds: Verdict['is'][]): boolean => streams.some(({ is }) => kinds.includes(is))
  if (!online) return 'offline'
  if (plain === 'failed') return 'unreachable'
  if (any('refused')) return 'refused'
  if (any('waiting', 'silent', 'bursts')) return plain === 'late' ? 'unanswered' : 'buffered'
  if (any('lost')) return plain === 'late' ? 'unanswered' : 'reconnecting'
  if (any('cut')) return 'cut'
  if (any('uneven')) return 'uneven'
  return any('well') && streams.every(({ is }) => is === 'well') ? 'well' : 'measuring'
}
