import type { Context } from 'koa'
import { Refusal } from '../chat/refusal.ts'
import { EventStream } from '../sse/index.ts'

const HEADERS = [
  ['Content-Type', 'text/event-stream'],
  ['Cache-Control', 'no-cache, no-transform'],
  // Tells nginx not to keep frames back.
  ['X-Accel-Buffering', 'no'],
] as const

/**
 * Answers with an event stream; undefined for HEAD, which gets the headers alone. The stream closes when the client has
 * gone, and the other way round. Throws the Refusal `bad_request` for a request that waits for another's answer.
 */
export function startEventStream(ctx: Context): EventStream | undefined {
  // A pipelined request has no socket while the answer before it is under way. Behind another stream it would never get
  // one, and so never hear that its client has gone.
  const { res } = ctx
  if (!res.socket) throw new Refusal('bad_request')
  res.statusCode = 200
  for (const [name, value] of HEADERS) res.setHeader(name, value)
  // The stream lasts as long as its connection, so its end needs no mark, and no frame the wrapping of a chunk.
  const isBare = ctx.req.httpVersionMajor === 1
  if (isBare) {
    res.setHeader('Connection', 'close')
    res.removeHeader('Transfer-Encoding')
  }
  if (ctx.method === 'HEAD') return undefined
  ctx.respond = false
  const stream = new EventStream()
  stream.sendTo(res, isBare ? res.socket : res)
  return stream
}
