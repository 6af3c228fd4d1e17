import { Router } from '@koa/router'
import type { Context } from 'koa'

/** What is to be known of the server, in the words of Prometheus. */
export interface Figures {
  type: string
  text(): Promise<string>
}

/** GET /metrics: for operators. There are no names and no texts in it. */
export function metricsRoutes(figures: Figures): Router {
  async function metrics(ctx: Context): Promise<void> {
    ctx.set('Content-Type', figures.type)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = await figures.text()
  }

  return new Router().get('/metrics', metrics)
}
