import type { Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'

/** Refuses whatever a client expects but to be told to go on, which Node does (RFC 9110 section 10.1.1). */
export function expectation(): Middleware {
  return function expectation(ctx, next) {
    const { expect } = ctx.headers
    if (expect !== undefined && !/^100-continue$/i.test(expect)) throw new Refusal('expectation_failed')
    return next()
  }
}
