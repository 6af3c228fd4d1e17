import bodyParser from 'koa-bodyparser'
import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import { Refusal } from '../../chat/refusal.ts'
import { HeldBytes } from '../limits/held-bytes.ts'
import { collect } from './collect.ts'

/** Enough for 8,000 characters of four bytes, percent-encoded in a form (three bytes for one), and the other fields. */
const BODY_BYTES = 128 * 1024
/**
 * Parse forms as flat lists of at most 32 fields: nested field names and hundreds of fields would cost much CPU time.
 */
const FLAT = { queryString: { depth: 0, parseArrays: false, allowDots: false, parameterLimit: 32 } }
const JSON_TYPE = /^application\/[\w.+-]*json\b/i

/**
 * Parses a form, JSON or plain text in UTF-8 into `ctx.request.body`, unless an earlier middleware has. Refuses a body
 * of more than `mostBytes` with 413 and a malformed one with 400. Counts in `held` the bytes that it buffers.
 */
export function body(mostBytes = BODY_BYTES, held = new HeldBytes()): Middleware {
  const limit = String(mostBytes)
  const parseJson = bodyParser({ enableTypes: ['json'], jsonLimit: limit })
  // A parser of its own for JSON: one for all three would compare the type of each form with five types of JSON first.
  const parseOther = bodyParser({ enableTypes: ['form', 'text'], formLimit: limit, textLimit: limit, ...FLAT })

  return async function body(ctx, next) {
    if (ctx.request.body !== undefined) return next()
    // The client disconnected while the session was looked up.
    if (ctx.req.destroyed) throw new Refusal('bad_request')
    if (!/^(utf-8|us-ascii)?$/i.test(ctx.request.charset)) throw new Refusal('unsupported_type')
    // The parser looks for a header that announces a body; HTTP/2 needs none.
    if (ctx.req.httpVersionMajor === 2 && ctx.request.length === undefined) ctx.headers['transfer-encoding'] = 'chunked'
    const isJson = JSON_TYPE.test(ctx.get('Content-Type'))
    // The parser ignores bodies of other types, so do not collect them.
    if (!isJson && !ctx.is('urlencoded', 'text/plain')) return next()
    const source = await collect(ctx, mostBytes, held)
    const parse = isJson ? parseJson : parseOther
    await parse(source ? (Object.create(ctx, { req: { value: source } }) as typeof ctx) : ctx, async () => {})
    return next()
  }
}

/** The parsed body, if it was plain text; otherwise undefined. */
export function textBody(ctx: Context): string | undefined {
  const { body } = ctx.request
  return typeof body === 'string' ? body : undefined
}

/** The fields of a form or of a JSON object. Throws the Refusals `unsupported_type` and `bad_request`. */
export function fields<Fields extends z.ZodType>(ctx: Context, shape: Fields): z.output<Fields> {
  // The parser sets `rawBody` for the types that it knows only. A request without a body counts as an empty form.
  if (ctx.request.rawBody === undefined && ctx.request.length !== 0) throw new Refusal('unsupported_type')
  const parsed = shape.safeParse(ctx.request.body ?? {})
  if (!parsed.success) throw new Refusal('bad_request')
  return parsed.data
}
