import type { Context } from 'koa'
import { etagOf } from './etag.ts'

/** Responds with a page that shared caches must not keep, or with 304 when the browser has it. */
export function sendPage(ctx: Context, html: string): void {
  ctx.status = 200
  ctx.type = 'html'
  ctx.set('Cache-Control', 'private, no-cache')
  ctx.etag = etagOf(html)
  ctx.body = html
  if (ctx.method !== 'POST' && ctx.fresh) ctx.status = 304
}
