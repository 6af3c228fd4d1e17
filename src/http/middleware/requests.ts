import type { Middleware } from 'koa'

/** A request that is over. */
export interface Request {
  method: string
  /** Without its query. */
  path: string
  status: number
  ms: number
  address: string
}

/** Tells `onRequest` of every request, once its answer is given or its client has gone. */
export function requests(onRequest: (request: Request) => void): Middleware {
  return function requests(ctx, next) {
    const { method, url, ip: address } = ctx
    // Taken apart by hand, as nothing has looked yet whether the target is one.
    const path = url.split('?', 1)[0]!
    const began = performance.now()
    ctx.res.once('close', () => {
      onRequest({ method, path, status: ctx.res.statusCode, ms: Math.round(performance.now() - began), address })
    })
    return next()
  }
}
