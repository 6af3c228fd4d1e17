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

/**
 * Thrown when the server does not do what a client asked for. The code states the reason and is part of the protocol.
 * Each new code must have a line in `src/http/middleware/error-table.ts`.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  /** After how many seconds the client may try again. */
  readonly retryAfter: number | undefined

  /** `options.cause` appears only in the operator's log. The client receives the code. */
  constructor(code: RefusalCode, retryAfter?: number, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** Whether the operation failed because the store cannot be reached. The caller may retry later. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'store_unreachable'
}

/** Whether the operation failed because the store has no space left to write. */
export function isFull(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'store_full'
}
