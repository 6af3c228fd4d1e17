import type { Context } from 'koa'
import { Refusal } from '../chat/refusal.ts'
import { EventStream } from '../sse/index.ts'

/**
 * Answers with an event stream; undefined for HEAD, which gets the headers alone. The stream closes when the client has
 * gone, and the other way round. Throws the Refusal `bad_request` for a request that waits for another's answer.
 */
export function startEventStream(ctx: Context): EventStream | undefined {
  // A pipelined request has no socket while the answer before it is under way. Behind another stream it would never get
  // one, and so never hear that its client has gone.
  if (!ctx.res.socket) throw new Refusal('bad_request')
  ctx.status = 200
  ctx.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  })
  if (ctx.req.httpVersionMajor === 1) {
    // The stream lasts as long as its connection, so its end needs no mark, and no frame the wrapping of a chunk.
    ctx.set('Connection', 'close')
    ctx.res.removeHeader('Transfer-Encoding')
  }
  if (ctx.method === 'HEAD') return undefined
  ctx.respond = false
  const stream = new EventStream()
  stream.sendTo(ctx.res, ctx.req.httpVersionMajor === 1 ? ctx.res.socket : ctx.res)
  return stream
}
