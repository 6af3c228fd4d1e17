import { Readable } from 'node:stream'
import type { Middleware } from 'koa'
import type { HeldBytes } from '../limits/held-bytes.ts'

/** Smaller responses fit into the kernel's socket buffer, so a client that does not read them costs no memory here. */
const LARGE_BYTES = 64 * 1024

/**
 * Closes the connection of a client that reads nothing of a large response for `ms`. Counts a large text in `held`
 * until the client has read it. Event streams do both by themselves.
 */
export function stalled(ms: number, held: HeldBytes): Middleware {
  return async function stalled(ctx, next) {
    await next()
    const { body, res, response } = ctx
    // Do not count buffers: those are files of the page, and all clients share one copy.
    const bytes = typeof body === 'string' ? response.length : 0
    if (!(body instanceof Readable || Buffer.isBuffer(body) || bytes > LARGE_BYTES)) return
    // The client has disconnected already, so there will be no `close` event.
    if (!res.socket || !ctx.writable) return
    if (bytes > 0) res.once('close', held.hold(ctx.ip, bytes))
    res.setTimeout(ms, () => res.destroy())
  }
}
