import type { Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'

/** Headers that the server reads of a request; those beyond would be left out without a word. */
export const MOST_HEADERS = 200

/**
 * Refuses a request with so many headers that some may be missing, and one that expects something other than to be told
 * to go on, which Node does (RFC 9110 section 10.1.1).
 */
export function headers(): Middleware {
  return function headers(ctx, next) {
    if (ctx.req.rawHeaders.length >= 2 * MOST_HEADERS) throw new Refusal('headers_too_large')
    const { expect } = ctx.headers
    if (expect !== undefined && !/^100-continue$/i.test(expect)) throw new Refusal('expectation_failed')
    return next()
  }
}
