import type { Middleware } from 'koa'
import { countedAs } from './address.ts'
import type { Limits } from './limits.ts'
import { sessionOf } from '../middleware/session.ts'
import { RateLimit } from './rate-limit.ts'

/** Refuses a post as `too_fast` when its address or its session exceeds its rate. Works before the body is read. */
export function postLimit({ postsPerAddress, postsPerSession }: Limits): Middleware {
  const addresses = postsPerAddress && new RateLimit(postsPerAddress)
  const sessions = postsPerSession && new RateLimit(postsPerSession)

  return function postLimit(ctx, next) {
    addresses?.spend(countedAs(ctx.ip))
    const session = sessionOf(ctx)
    if (session) sessions?.spend(session.id)
    return next()
  }
}
