import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { hashToken, type Session, type SessionStore } from '../../chat/names/session.ts'

const COOKIE = 'teahouse'

/** Looks up the session by `Authorization: Bearer`, or else by cookie. Later middleware gets it by `sessionOf`. */
export function session(sessions: SessionStore): Middleware {
  return async function session(ctx, next) {
    try {
      await findSession(ctx, sessions)
    } catch (error) {
      // Only routes that need the session should fail; `sessionOf` throws this error then.
      ctx.state.sessionFailure = error
    }
    return next()
  }
}

/** Looks up the session of the request's token; undefined without a valid token. Rejects when the store does. */
export async function findSession(ctx: Context, sessions: SessionStore): Promise<Session | undefined> {
  const token = tokenOf(ctx)
  if (token) ctx.state.session = await sessions.find(hashToken(token))
  ctx.state.sessionFailure = undefined
  return sessionOf(ctx)
}

/** The request's session; undefined without a valid token. Throws the error of a lookup that failed. */
export function sessionOf(ctx: Context): Session | undefined {
  if (ctx.state.sessionFailure !== undefined) throw ctx.state.sessionFailure
  return sessionIfKnown(ctx)
}

/** The request's session, if it has proved one and the store could be asked. */
export function sessionIfKnown(ctx: Context): Session | undefined {
  return ctx.state.session as Session | undefined
}

/** The request's session. Throws the Refusal `no_session` without one. */
export function requiredSession(ctx: Context): Session {
  const session = sessionOf(ctx)
  if (!session) throw new Refusal('no_session')
  return session
}

/** The token that the request has, whether it is valid or not. */
export function tokenOf(ctx: Context): string | undefined {
  return bearerOf(ctx) || cookieOf(ctx)
}

/** Sets the session cookie for `lifetimeMs`; null deletes it. */
export function setCookie(ctx: Context, token: string | null, lifetimeMs: number): void {
  ctx.cookies.set(COOKIE, token, { httpOnly: true, sameSite: 'lax', maxAge: lifetimeMs, overwrite: true })
}

/** Extends the session cookie by `lifetimeMs` from now, if the request's session came from a cookie. */
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
