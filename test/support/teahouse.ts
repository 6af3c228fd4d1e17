import { makeApp, type App, type AppOptions } from '../../src/app.ts'
import type { Store } from '../../src/chat/store.ts'
import { startServer } from '../../src/server.ts'
import type { RetentionOptions } from '../../src/store/retention-options.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { openChosenStore } from './chosen-store.ts'

export interface Teahouse extends App {
  url: string
  store: Store
  /** What went wrong on the server's side, if anything did. */
  failures: unknown[]
  stop(): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000

/** A real server on a free port of loopback, over the chosen store; or over a directory, if it is given one. */
export async function startTeahouse(
  options: Partial<AppOptions> & RetentionOptions & { data?: string } = {},
): Promise<Teahouse> {
  const failures: unknown[] = []
  const { data, nameLifetimeMs = 30 * DAY_MS } = options
  const kept = { ...options, nameLifetimeMs }
  const store = data === undefined ? await openChosenStore(kept) : openSqliteStore({ ...kept, directory: data })
  const app = makeApp(store, {
    language: 'zh',
    replayLimit: 10_000,
    onError: (error) => failures.push(error),
    ...options,
    nameLifetimeMs,
  })
  const server = await startServer(app, { port: 0, host: '127.0.0.1' })
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
