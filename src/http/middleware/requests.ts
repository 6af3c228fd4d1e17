import type { Middleware } from 'koa'

/** A finished request, as it is logged. */
export interface Request {
  method: string
  /** Without its query. */
  path: string
  status: number
  /** From the first middleware until the response closed. */
  ms: number
  address: string
}

/** Calls `onRequest` for each request when its response was sent, or its client disconnected. */
export function requests(onRequest: (request: Request) => void): Middleware {
  return function requests(ctx, next) {
    const { method, url, ip: address } = ctx
    // Do not use `ctx.path` here: the target was not validated yet.
    const path = url.split('?', 1)[0]!
    const began = performance.now()
    ctx.res.once('close', () => {
      onRequest({ method, path, status: ctx.res.statusCode, ms: Math.round(performance.now() - began), address })
    })
    return next()
  }
}
