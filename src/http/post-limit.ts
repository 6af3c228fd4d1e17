import type { Middleware } from 'koa'
import { AddressLimit, RateLimit } from './address-limit.ts'
import type { Limits } from './limits.ts'
import { sessionOf } from './middleware/session.ts'

/** Refuses what is posted too fast as `too_fast`, by address and by session, before its body is read. */
export function postLimit({ postsPerAddress, postsPerSession }: Limits): Middleware {
  const addresses = postsPerAddress && new AddressLimit(postsPerAddress)
  const sessions = postsPerSession && new RateLimit(postsPerSession)

  return async function postLimit(ctx, next) {
    await addresses?.spend(ctx.ip)
    const session = sessionOf(ctx)
    if (session) await sessions?.spend(session.id)
    return next()
  }
}
