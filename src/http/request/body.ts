import bodyParser from 'koa-bodyparser'
import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import { Refusal } from '../../chat/refusal.ts'
import { HeldBytes } from '../limits/held-bytes.ts'
import { collect } from './collect.ts'

/** Bytes of a body: 8,000 characters of four bytes, each as three characters of a form, and the rest of the form. */
const BODY_BYTES = 128 * 1024
/** Forms are flat: of objects and lists in names, and of hundreds of fields, the parser would make much work. */
const FLAT = { queryString: { depth: 0, parseArrays: false, allowDots: false, parameterLimit: 32 } }
const JSON_TYPE = /^application\/[\w.+-]*json\b/i

/**
 * Parses a form, JSON or plain text, in UTF-8, into `ctx.request.body`, unless that was done; over `mostBytes` is 413,
 * malformed 400. What has come of it is counted in `held`.
 */
export function body(mostBytes = BODY_BYTES, held = new HeldBytes()): Middleware {
  const limit = String(mostBytes)
  const parseJson = bodyParser({ enableTypes: ['json'], jsonLimit: limit })
  // By itself, as a parser of all three would hold each form against five types of JSON first.
  const parseOther = bodyParser({ enableTypes: ['form', 'text'], formLimit: limit, textLimit: limit, ...FLAT })

  return async function body(ctx, next) {
    if (ctx.request.body !== undefined) return next()
    // The client has gone while the store was asked who it is; there is nobody to answer.
    if (ctx.req.destroyed) throw new Refusal('bad_request')
    if (!/^(utf-8|us-ascii)?$/i.test(ctx.request.charset)) throw new Refusal('unsupported_type')
    // HTTP/2 needs no header to announce a body, but the parser looks for one.
    if (ctx.req.httpVersionMajor === 2 && ctx.request.length === undefined) ctx.headers['transfer-encoding'] = 'chunked'
    const isJson = JSON_TYPE.test(ctx.get('Content-Type'))
    // The parser leaves alone what is none of its own, and so must we.
    if (!isJson && !ctx.is('urlencoded', 'text/plain')) return next()
    const source = await collect(ctx, mostBytes, held)
    const parse = isJson ? parseJson : parseOther
    await parse(source ? (Object.create(ctx, { req: { value: source } }) as typeof ctx) : ctx, async () => {})
    return next()
  }
}

/** The body of a plain text; undefined when it is of another kind. */
export function textBody(ctx: Context): string | undefined {
  const { body } = ctx.request
  return typeof body === 'string' ? body : undefined
}

/** The fields of a form or of a JSON object. Throws the Refusals `unsupported_type` and `bad_request`. */
export function fields<Fields extends z.ZodType>(ctx: Context, shape: Fields): z.output<Fields> {
  // The parser leaves `rawBody` alone when the type is none of its own. No body at all is an empty form.
  if (ctx.request.rawBody === undefined && ctx.request.length !== 0) throw new Refusal('unsupported_type')
  const parsed = shape.safeParse(ctx.request.body ?? {})
  if (!parsed.success) throw new Refusal('bad_request')
  return parsed.data
}
