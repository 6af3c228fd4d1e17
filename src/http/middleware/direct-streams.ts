import type { Middleware } from 'koa'
import { EventStream } from '../../sse/index.ts'

/**
 * Sends a response body that is an EventStream by the stream's own `pipe`, which writes straight to the socket. Koa
 * would use a pipeline with 14 more listeners, which costs 7 KB and 130 µs for each connection.
 */
export function directStreams(): Middleware {
  return async function directStreams(ctx, next) {
    await next()
    const { body } = ctx
    // Leave HEAD requests and disconnected clients to Koa.
    if (!(body instanceof EventStream) || body.destroyed || !ctx.writable) return
    ctx.respond = false
    body.pipe(ctx.res)
  }
}
