import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { startEventStream as start, type EventStream } from '../../sse/index.ts'

/**
 * Answers with an event stream, past Koa; undefined for HEAD, which gets the headers alone. Throws the Refusal
 * `bad_request` for a request that waits for another's answer.
 */
export function startEventStream(ctx: Context): EventStream | undefined {
  // A pipelined request has no socket while the answer before it is under way. Behind another stream it would never get
  // one, and so never hear that its client has gone.
  if (!ctx.res.socket) throw new Refusal('bad_request')
  ctx.respond = false
  const stream = start(ctx.req, ctx.res)
  return ctx.method === 'HEAD' ? undefined : stream
}
