import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { EventStream, setStreamHeaders } from '../../sse/index.ts'

/**
 * Makes an event stream the body of the answer. For HEAD the stream is closed, so nothing can be joined to it. Throws the
 * Refusal `bad_request` for a request that waits for another's answer.
 */
export function startEventStream(ctx: Context): EventStream {
  // A pipelined request has no socket while the answer before it is under way. Behind another stream it would never get
  // one, and so never hear that its client has gone.
  if (!ctx.res.socket) throw new Refusal('bad_request')
  const stream = new EventStream()
  setStreamHeaders(ctx.req, ctx.res)
  ctx.body = stream
  if (ctx.method === 'HEAD') stream.destroy()
  return stream
}
