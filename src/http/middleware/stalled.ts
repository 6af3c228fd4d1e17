import { Readable } from 'node:stream'
import type { Middleware } from 'koa'

/** What is smaller than this has gone to the system at once, whoever reads it. */
const LARGE_BYTES = 64 * 1024

/**
 * Closes the connection of a client that asks for something large and then takes nothing of it for `ms`. An event stream
 * sees to that itself.
 */
export function stalled(ms: number): Middleware {
  return async function stalled(ctx, next) {
    await next()
    const { body, response } = ctx
    const isLarge = body instanceof Readable || (typeof body !== 'object' && response.length > LARGE_BYTES)
    if (isLarge) ctx.res.setTimeout(ms, () => ctx.res.destroy())
  }
}
