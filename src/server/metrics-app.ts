import Koa from 'koa'
import type { App } from '../app.ts'
import { metricsRoutes } from '../http/routes/metrics.ts'

/** `GET /metrics` of an app, and nothing else: for a port of its own. */
export function makeMetricsApp(app: App): App {
  const koa = new Koa()
  for (const middleware of app.edge) koa.use(middleware)
  koa.use(metricsRoutes(app.figures).routes())
  return { ...app, koa }
}
