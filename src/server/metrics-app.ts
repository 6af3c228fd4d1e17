import Koa from 'koa'
import type { App } from '../app.ts'
import { metricsRoutes } from '../http/routes/metrics.ts'

/** An app that serves only `GET /metrics` of the given app, to listen on a port of its own. */
export function makeMetricsApp(app: App): App {
  const koa = new Koa()
  for (const middleware of app.edge) koa.use(middleware)
  koa.use(metricsRoutes(app.metricsSource).routes())
  return { ...app, koa }
}
