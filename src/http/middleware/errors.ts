import type { Context, Middleware } from 'koa'
import type { Language } from '../../chat/format/language.ts'
import { Refusal, type RefusalCode } from '../../chat/refusal.ts'
import type { Observer } from '../../chat/room/observer.ts'
import { ERRORS } from './error-table.ts'

/** What Koa and the body parser throw, by its status. */
const CODE_BY_STATUS: Record<number, RefusalCode> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_type',
  501: 'method_not_allowed',
}

/**
 * Answers whatever was thrown further in as `{"success":"fail","code","msg"}`; what is not a refusal goes to `onError`, and
 * the rest is told to `observer`.
 */
export function errors(onError: (error: unknown) => void, observer: Observer): Middleware {
  function refuse(ctx: Context, code: RefusalCode): void {
    observer.refused(code)
    answer(ctx, code)
  }

  return async function errors(ctx, next) {
    try {
      await next()
      if (ctx.status >= 400 && ctx.body == null) refuse(ctx, CODE_BY_STATUS[ctx.status] ?? 'bad_request')
    } catch (error) {
      const code = codeOf(error)
      if (code === 'internal') onError(error)
      setRetryAfter(ctx, error)
      refuse(ctx, code)
    }
  }
}

function answer(ctx: Context, code: RefusalCode): void {
  ctx.status = ERRORS[code].status
  ctx.type = 'json'
  ctx.body = bodyOf(code, ctx.state.language as Language)
}

/** An error that is answered without Koa: its status, and its body of JSON. */
export interface ErrorAnswer {
  status: number
  body: string
}

/** The answer to a request that never comes as far as to Koa. */
export function errorAnswer(code: RefusalCode, language: Language): ErrorAnswer {
  return { status: ERRORS[code].status, body: JSON.stringify(bodyOf(code, language)) }
}

function bodyOf(code: RefusalCode, language: Language): object {
  return { success: 'fail', code, msg: ERRORS[code][language] }
}

/** Tells the client when asking again may help, if the refusal knows. */
export function setRetryAfter(ctx: Context, error: unknown): void {
  if (error instanceof Refusal && error.retryAfter) ctx.set('Retry-After', String(error.retryAfter))
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): RefusalCode {
  if (error instanceof Refusal) return error.code
  // `expose` marks the errors that http-errors makes of a client's fault.
  const { status, expose } = error as { status?: number; expose?: boolean }
  if (status === undefined || status >= 500 || expose === false) return 'internal'
  return CODE_BY_STATUS[status] ?? 'bad_request'
}
