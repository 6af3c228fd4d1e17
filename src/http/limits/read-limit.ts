import type { Context, Middleware } from 'koa'
import { sessionIfKnown } from '../middleware/session.ts'
import { countedAs } from './address.ts'
import type { Limits } from './limits.ts'
import { RateLimit } from './rate-limit.ts'

/** Refuses what is read too fast as `too_fast`, by address and by session. It lets through what `StreamLimit` counts. */
export class ReadLimit {
  readonly #addresses: RateLimit | undefined
  readonly #sessions: RateLimit | undefined

  constructor({ readsPerAddress, readsPerSession }: Limits) {
    this.#addresses = readsPerAddress && new RateLimit(readsPerAddress)
    this.#sessions = readsPerSession && new RateLimit(readsPerSession)
  }

  /** Counts one request. It works without the store: whoever can read without a session is counted by address alone. */
  spend(ctx: Context): void {
    this.#addresses?.spend(countedAs(ctx.ip))
    const session = sessionIfKnown(ctx)
    if (session) this.#sessions?.spend(session.id)
  }

  /** Stands before a route each request of which counts. */
  readonly guard: Middleware = (ctx, next) => {
    this.spend(ctx)
    return next()
  }
}
