import type { Answer, Refused } from '../api.ts'
import { backoffMs } from '../listen/backoff.ts'
import type { Accepted, ChatMessage } from '../protocol.ts'

/** A text that the server has not confirmed. It keeps its idempotency key, so that it is posted at most once. */
export interface Outgoing {
  key: string
  text: string
  at: number
  attempts: number
  /** Why it was not sent; undefined while it is being sent. */
  failure: Failure | undefined
  /** The id of a message in the stream that is probably this text, while the server has not answered. */
  seenAs: string | undefined
}

export interface Failure {
  code: string
  msg: string | undefined
  /** Whether the server refused the text. If not, it may have stored the text although no answer arrived. */
  isRefusal: boolean
}

/** What to do after an answer. */
export type Verdict =
  | { kind: 'sent'; accepted: Accepted }
  | { kind: 'again'; afterMs: number; isTooFast: boolean }
  | { kind: 'failed'; failure: Failure }

const MOST_ATTEMPTS = 3
const LONGEST_PAUSE_MS = 60_000

/** Decides what to do with a text after its `attempts`-th attempt. */
export function judge(answer: Answer<Accepted>, attempts: number): Verdict {
  if (answer.ok) return { kind: 'sent', accepted: answer.value }
  const { status, retryAfterMs = 0 } = answer
  const isTooFast = status === 429
  const mayPass = isTooFast || attempts < MOST_ATTEMPTS
  if ((isTooFast || isPassing(answer)) && mayPass && retryAfterMs <= LONGEST_PAUSE_MS) {
    return { kind: 'again', afterMs: Math.max(retryAfterMs, isTooFast ? 1000 : backoffMs(attempts)), isTooFast }
  }
  return { kind: 'failed', failure: failureOf(answer) }
}

/** The failure to show to the reader. */
export function failureOf({ status, code, msg }: Refused): Failure {
  return { code, msg, isRefusal: status >= 400 && status !== 502 && status !== 504 && status !== 500 }
}

/** The first waiting text that is equal to `message`, a message of the reader that came by the stream. */
export function recognised(items: readonly Outgoing[], message: ChatMessage): Outgoing | undefined {
  return items.find(({ text, seenAs }) => seenAs === undefined && text === message.text)
}

/** Whether the failure is temporary, so that sending the same again may succeed. */
function isPassing({ status, code }: Refused): boolean {
  return code === 'offline' || status === 502 || status === 503 || status === 504
}
