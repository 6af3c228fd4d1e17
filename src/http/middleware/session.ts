import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { hashToken, type Session, type SessionStore } from '../../chat/names/session.ts'

const COOKIE = 'teahouse'

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
  return sessionIfKnown(ctx)
}

/** The request's session, if it has proved one and the store could be asked. */
export function sessionIfKnown(ctx: Context): Session | undefined {
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
  return bearerOf(ctx) || cookieOf(ctx)
}

/** Gives a browser the cookie of a session, for as long as that lasts unused; null takes it away. */
export function setCookie(ctx: Context, token: string | null, lifetimeMs: number): void {
  ctx.cookies.set(COOKIE, token, { httpOnly: true, sameSite: 'lax', maxAge: lifetimeMs, overwrite: true })
}

/** Gives a browser that has proved its session by a cookie the same one for another lifetime. */
export function renewCookie(ctx: Context, lifetimeMs: number): void {
  const token = cookieOf(ctx)
  if (token && !bearerOf(ctx) && sessionOf(ctx)) setCookie(ctx, token, lifetimeMs)
}

function bearerOf({ headers: { authorization } }: Context): string | undefined {
  return authorization && /^Bearer +([\w-]+)$/i.exec(authorization)?.[1]
}

function cookieOf(ctx: Context): string | undefined {
  return (ctx.headers.cookie && ctx.cookies.get(COOKIE)) || undefined
}
