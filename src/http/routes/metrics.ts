import { Router } from '@koa/router'
import type { Context } from 'koa'

/** Where the metrics come from, in Prometheus's text format. */
export interface MetricsSource {
  /** The content type of `text`. */
  type: string
  text(): Promise<string>
}

/** `GET /metrics`, for operators. The metrics contain no user names and no messages. */
export function metricsRoutes(source: MetricsSource): Router {
  async function metrics(ctx: Context): Promise<void> {
    ctx.set('Content-Type', source.type)
    ctx.set('Cache-Control', 'no-store')
    ctx.body = await source.text()
  }

  return new Router().get('/metrics', metrics)
}
