import { makeApp, type App, type AppOptions } from '../../src/app.ts'
import type { CertificateFiles } from '../../src/server/certificate.ts'
import type { Store } from '../../src/chat/store.ts'
import { startServer, type ConnectionLimits } from '../../src/server/server.ts'
import type { RetentionOptions } from '../../src/store/retention-options.ts'
import { openRedisStore } from '../../src/store/redis/redis-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { openChosenStore } from './redis/chosen-store.ts'
import './run/built-views.ts'
import { transportTls } from './http/transport.ts'

export interface Teahouse extends App {
  url: string
  store: Store
  /** What went wrong on the server's side, if anything did. */
  failures: unknown[]
  stop(): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000

interface TeahouseOptions extends Partial<AppOptions>, RetentionOptions {
  /** A directory. */
  data?: string
  /** A Redis, or a cluster. */
  redis?: string[]
  replicas?: number
  leaseMs?: number
  /** Called with what the operator should know of a Redis. */
  onNotice?: (line: string) => void
  /** Loopback by default. */
  host?: string
  /** By default as the transport of the tests is. */
  tls?: CertificateFiles
  connectionLimits?: ConnectionLimits
}

/** A real server on a free port, over the chosen store; or over the one of the options. */
export async function startTeahouse(options: TeahouseOptions = {}): Promise<Teahouse> {
  const failures: unknown[] = []
  const { host = '127.0.0.1', tls = transportTls(), connectionLimits = {}, nameLifetimeMs = 30 * DAY_MS } = options
  const store = await openStore({ ...options, nameLifetimeMs })
  const app = makeApp(store, {
    language: 'zh',
    replayLimit: 10_000,
    onError: (error) => failures.push(error),
    ...options,
    nameLifetimeMs,
  })
  const { trustProxy } = options
  const server = await startServer(app, { port: 0, host, tls, connectionLimits, trustProxy })
  return {
    ...app,
    store,
    url: server.url,
    failures,
    async stop() {
      await server.drain()
      await store.close()
    },
  }
}

async function openStore({ data, redis, ...options }: TeahouseOptions & { nameLifetimeMs: number }): Promise<Store> {
  if (redis) return openRedisStore({ ...options, urls: redis })
  return data === undefined ? openChosenStore(options) : openSqliteStore({ ...options, directory: data })
}
