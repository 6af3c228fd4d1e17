import cors from '@koa/cors'
import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses, as `foreign_origin`, what a page of another origin makes a browser do. `listed` are the origins that may.
 * Scripts send neither `Origin` nor `Sec-Fetch-Site`, and pass: they have no cookie that a page could make them use.
 */
export function ownOrigin(listed: readonly string[]): Middleware {
  return function ownOrigin(ctx, next) {
    if (SAFE.has(ctx.method) || isOurs(ctx) || listed.includes(ctx.get('Origin'))) return next()
    throw new Refusal('foreign_origin')
  }
}

/** Lets the pages of the listed origins read our answers. */
export function sharedOrigins(listed: readonly string[]): Middleware {
  return cors({
    origin: (ctx) => (listed.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID'],
    exposeHeaders: ['Retry-After'],
    credentials: true,
    maxAge: 86_400,
  })
}

function isOurs(ctx: Context): boolean {
  const site = ctx.get('Sec-Fetch-Site')
  if (site !== '') return site === 'same-origin' || site === 'none'
  const origin = ctx.get('Origin')
  if (origin === '') return true
  if (!URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  // What comes here without TLS may have had it before a proxy that says nothing of it, but not the other way round.
  return host === ctx.host && (protocol === 'https:' || !ctx.secure)
}
