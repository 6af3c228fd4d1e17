import type { Answer, Refused } from '../api.ts'
import { backoffMs } from '../listen/backoff.ts'
import type { Accepted, ChatMessage } from '../protocol.ts'

/** A text that is not known to be in the log. It keeps its key for ever, so that it is said once at the most. */
export interface Outgoing {
  key: string
  text: string
  at: number
  attempts: number
  /** Why it was not sent; undefined while it is being sent. */
  failure: Failure | undefined
  /** The id of the message that it seems to have become, before the server has answered. */
  seenAs: string | undefined
}

export interface Failure {
  code: string
  msg: string | undefined
  /** Whether the server has said no; otherwise it may have taken the text without our hearing of it. */
  isRefusal: boolean
}

/** What follows from an answer. */
export type Verdict =
  | { kind: 'sent'; accepted: Accepted }
  | { kind: 'again'; afterMs: number; isTooFast: boolean }
  | { kind: 'failed'; failure: Failure }

const MOST_ATTEMPTS = 3
const LONGEST_PAUSE_MS = 60_000

/** What to do about a text after its `attempts`-th attempt. */
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

/** Why something was refused, for the reader. */
export function failureOf({ status, code, msg }: Refused): Failure {
  return { code, msg, isRefusal: status >= 400 && status !== 502 && status !== 504 && status !== 500 }
}

/** The text, if it is one of ours, that a message of ours which comes by the stream was. */
export function recognised(items: readonly Outgoing[], message: ChatMessage): Outgoing | undefined {
  return items.find(({ text, seenAs }) => seenAs === undefined && text === message.text)
}

/** Nothing was decided: the same may be taken later. */
function isPassing({ status, code }: Refused): boolean {
  return code === 'offline' || status === 502 || status === 503 || status === 504
}
