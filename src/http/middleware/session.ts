import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { hashToken, type Session, type SessionStore } from '../../chat/names/session.ts'

export const COOKIE = 'teahouse'

/** Finds the session that the request proves, by `Authorization: Bearer` or else by cookie; `sessionOf` knows it then. */
export function session(sessions: SessionStore): Middleware {
  return async function session(ctx, next) {
    try {
      await findSession(ctx, sessions)
    } catch (error) {
      // Some can wait until it is known, and some do not ask.
      ctx.state.sessionFailure = error
    }
    return next()
  }
}

/** Finds the session that the request proves, if it does. Rejects when the store does. */
export async function findSession(ctx: Context, sessions: SessionStore): Promise<Session | undefined> {
  const token = tokenOf(ctx)
  if (token) ctx.state.session = await sessions.find(hashToken(token), Date.now())
  ctx.state.sessionFailure = undefined
  return sessionOf(ctx)
}

/** The request's session, if it has proved one. Throws what kept it from being found. */
export function sessionOf(ctx: Context): Session | undefined {
  if (ctx.state.sessionFailure !== undefined) throw ctx.state.sessionFailure
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
