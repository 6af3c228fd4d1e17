export type RefusalCode =
  | 'address_full'
  | 'bad_cursor'
  | 'bad_name'
  | 'bad_query'
  | 'bad_request'
  | 'draining'
  | 'empty_message'
  | 'expectation_failed'
  | 'foreign_origin'
  | 'full'
  | 'guests_off'
  | 'headers_too_large'
  | 'internal'
  | 'message_deleted'
  | 'method_not_allowed'
  | 'misdirected'
  | 'name_held'
  | 'name_taken'
  | 'no_session'
  | 'not_found'
  | 'not_your_message'
  | 'not_your_name'
  | 'rooms_full'
  | 'store_full'
  | 'store_unreachable'
  | 'text_too_long'
  | 'too_fast'
  | 'too_large'
  | 'too_slow'
  | 'unknown_message'
  | 'unsupported_type'

/** Something that somebody asked for and does not get; the code says why, and is part of the protocol. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  /** Seconds after which asking again may help. */
  readonly retryAfter: number | undefined

  /** `cause` is for the operator's log; a client is told the code alone. */
  constructor(code: RefusalCode, retryAfter?: number, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** Whether something failed since the store cannot be reached now, and may be tried again. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'store_unreachable'
}

/** Whether something failed since the store has no room left to write. */
export function isFull(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'store_full'
}
