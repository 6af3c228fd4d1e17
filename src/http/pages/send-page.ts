import type { Context } from 'koa'
import { etagOf } from './etag.ts'

/** Answers with a page, which is the reader's own; 304 when they have it. */
export function sendPage(ctx: Context, html: string): void {
  ctx.status = 200
  ctx.type = 'html'
  ctx.set('Cache-Control', 'private, no-cache')
  ctx.etag = etagOf(html)
  ctx.body = html
  if (ctx.method !== 'POST' && ctx.fresh) ctx.status = 304
}
