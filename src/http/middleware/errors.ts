import type { Context, Middleware } from 'koa'
import type { Language } from '../../chat/format/language.ts'
import { Refusal, type RefusalCode } from '../../chat/refusal.ts'
import type { Observer } from '../../chat/room/observer.ts'
import { ERRORS } from './error-table.ts'

/** Our codes for the errors that Koa and the body parser throw, by their status. */
const CODE_BY_STATUS: Record<number, RefusalCode> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'too_large',
  415: 'unsupported_type',
  501: 'method_not_allowed',
}

/**
 * Answers every error that the later middleware throws with `{"success":"fail","code","msg"}`, and counts it in
 * `observer`. Passes unexpected errors, which are answered with `internal`, to `onError`.
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

/** An error response that is sent without Koa: its status, and its body in JSON. */
export interface ErrorAnswer {
  status: number
  body: string
}

/** The response to a request that is refused before it reaches Koa. */
export function errorAnswer(code: RefusalCode, language: Language): ErrorAnswer {
  return { status: ERRORS[code].status, body: JSON.stringify(bodyOf(code, language)) }
}

function bodyOf(code: RefusalCode, language: Language): object {
  return { success: 'fail', code, msg: ERRORS[code][language] }
}

/** Sets `Retry-After` when the refusal says after how many seconds a retry may succeed. */
export function setRetryAfter(ctx: Context, error: unknown): void {
  if (error instanceof Refusal && error.retryAfter) ctx.set('Retry-After', String(error.retryAfter))
}

/** The code of any thrown value; `internal` for an unexpected one. */
export function codeOf(error: unknown): RefusalCode {
  if (error instanceof Refusal) return error.code
  // http-errors sets `expose` on errors that the client caused.
  const { status, expose } = error as { status?: number; expose?: boolean }
  if (status === undefined || status >= 500 || expose === false) return 'internal'
  return CODE_BY_STATUS[status] ?? 'bad_request'
}
