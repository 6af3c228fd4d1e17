import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { EventStream, setStreamHeaders } from '../../sse/index.ts'

/**
 * Makes an event stream the response body. For HEAD the stream is destroyed at once, and the caller must not use it.
 * Throws the Refusal `bad_request` for a pipelined request that still waits for the previous answer.
 */
export function startEventStream(ctx: Context): EventStream {
  // A pipelined request has no socket until the previous answer ends. If that is an event stream, this request would
  // never get one, and would not notice that the client disconnects.
  if (!ctx.res.socket) throw new Refusal('bad_request')
  const stream = new EventStream()
  setStreamHeaders(ctx.req, ctx.res)
  ctx.body = stream
  if (ctx.method === 'HEAD') stream.destroy()
  return stream
}
