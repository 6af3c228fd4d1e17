import type { Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'

/** How many headers of a request Node reads. It drops any further ones silently. */
export const MOST_HEADERS = 200

/**
 * Refuses a request with so many headers that Node may have dropped some, and one whose `Expect` is not `100-continue`
 * (RFC 9110 section 10.1.1). Node itself answers `100-continue`.
 */
export function headers(): Middleware {
  return function headers(ctx, next) {
    if (ctx.req.rawHeaders.length >= 2 * MOST_HEADERS) throw new Refusal('headers_too_large')
    const { expect } = ctx.headers
    if (expect !== undefined && !/^100-continue$/i.test(expect)) throw new Refusal('expectation_failed')
    return next()
  }
}
