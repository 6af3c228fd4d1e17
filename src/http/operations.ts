import { Router } from '@koa/router'
import type { Context } from 'koa'

/** GET /healthz: alive. */
export function operationRoutes(): Router {
  function health(ctx: Context): void {
    ctx.body = { status: 'ok' }
  }

  return new Router().get('/healthz', health)
}
