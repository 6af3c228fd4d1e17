import cors from '@koa/cors'
import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses writing requests from pages of other origins as `foreign_origin`, except from the `listed` origins. This
 * stops cross-site request forgery. Clients that are not browsers send neither `Origin` nor `Sec-Fetch-Site`, and pass.
 */
export function ownOrigin(listed: readonly string[]): Middleware {
  return function ownOrigin(ctx, next) {
    if (SAFE.has(ctx.method) || isOurs(ctx) || listed.includes(ctx.get('Origin'))) return next()
    throw new Refusal('foreign_origin')
  }
}

/** Allows pages of the listed origins to read our responses (CORS, with credentials). */
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
  // A proxy in front may end TLS without telling us, so accept an https origin here; but never http over our own TLS.
  return host === ctx.host && (protocol === 'https:' || !ctx.secure)
}
