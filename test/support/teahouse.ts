import { makeApp, type App, type AppOptions } from '../../src/app.ts'
import type { CertificateFiles } from '../../src/certificate.ts'
import type { Store } from '../../src/chat/store.ts'
import { startServer, type ConnectionLimits } from '../../src/server.ts'
import type { RetentionOptions } from '../../src/store/sqlite/retention.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { transportTls } from './transport.ts'

export interface Teahouse extends App {
  url: string
  store: Store
  /** What went wrong on the server's side, if anything did. */
  failures: unknown[]
  stop(): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000

type TeahouseOptions = Partial<AppOptions> &
  RetentionOptions & {
    /** A directory; nothing is kept by default. */
    data?: string
    /** Loopback by default. */
    host?: string
    /** By default as the transport of the tests is. */
    tls?: CertificateFiles
    connectionLimits?: ConnectionLimits
  }

/** A real server on a free port. */
export async function startTeahouse(options: TeahouseOptions = {}): Promise<Teahouse> {
  const failures: unknown[] = []
  const { data = ':memory:', host = '127.0.0.1', tls = transportTls(), connectionLimits = {} } = options
  const { nameLifetimeMs = 30 * DAY_MS } = options
  const store = openSqliteStore({ ...options, directory: data, nameLifetimeMs })
  const app = makeApp(store, {
    language: 'zh',
    replayLimit: 10_000,
    onError: (error) => failures.push(error),
    ...options,
    nameLifetimeMs,
  })
  const server = await startServer(app, { port: 0, host, tls, connectionLimits })
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
