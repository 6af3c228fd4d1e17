import { Readable } from 'node:stream'
import type { Middleware } from 'koa'
import type { HeldBytes } from '../limits/held-bytes.ts'

/** What is smaller than this has gone to the system at once, whoever reads it. */
const LARGE_BYTES = 64 * 1024

/**
 * Closes the connection of a client that asks for something large and then takes nothing of it for `ms`. An event stream
 * sees to that itself. What is large is counted in `held` until it is taken.
 */
export function stalled(ms: number, held: HeldBytes): Middleware {
  return async function stalled(ctx, next) {
    await next()
    const { body, res, response } = ctx
    // A buffer is a file of the page, which is held for all of its readers at once.
    const bytes = typeof body === 'string' ? response.length : 0
    if (!(body instanceof Readable || Buffer.isBuffer(body) || bytes > LARGE_BYTES)) return
    // Its client has gone already, and with it what would say so.
    if (!res.socket || !ctx.writable) return
    if (bytes > 0) res.once('close', held.hold(ctx.ip, bytes))
    res.setTimeout(ms, () => res.destroy())
  }
}
