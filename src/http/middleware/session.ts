import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { hashToken, type Session, type SessionStore } from '../../chat/session.ts'

export const COOKIE = 'teahouse'

/** Sets `ctx.state.session` when the request proves one, by `Authorization: Bearer` or else by cookie. */
export function session(sessions: SessionStore): Middleware {
  return async function session(ctx, next) {
    const token = tokenOf(ctx)
    if (token) ctx.state.session = await sessions.find(hashToken(token), Date.now())
    return next()
  }
}

/** The request's session, if it has proved one. */
export function sessionOf(ctx: Context): Session | undefined {
  return ctx.state.session as Session | undefined
}

/** The request's session; without one it is refused as `no_session`. */
export function requiredSession(ctx: Context): Session {
  const session = sessionOf(ctx)
  if (!session) throw new Refusal('no_session')
  return session
}

/** The token that the request came with, whether it is good or not. */
export function tokenOf(ctx: Context): string | undefined {
  const { authorization, cookie } = ctx.headers
  const bearer = authorization && /^Bearer +([\w-]+)$/i.exec(authorization)?.[1]
  return bearer || (cookie && ctx.cookies.get(COOKIE)) || undefined
}
