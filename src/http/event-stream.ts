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
  const stream = new EventStream()
  send(stream, ctx)
  return stream
}

/**
 * What `ctx.body = stream` does, by hand: `Stream.pipeline`, which Koa wraps around the body, costs about a fifth of a
 * connection, in memory and in time.
 */
function send(stream: EventStream, ctx: Context): void {
  const { res } = ctx
  ctx.respond = false
  stream.pipe(res)
  res.once('close', () => stream.destroy())
  stream.once('close', () => {
    // One that has ended may have its last bytes on their way still.
    if (!stream.readableEnded) res.destroy()
  })
}
