#!/usr/bin/env node
import { makeApp } from './app.ts'
import { ConfigError, readConfig, usage, type Config } from './config.ts'
import { ListenError, startServer } from './server.ts'
import { StoreError } from './store/store-error.ts'
import { openSqliteStore } from './store/sqlite/store.ts'

async function run(config: Config): Promise<void> {
  const { data, nameLifetimeMs, replayLimit, language, port, host } = config
  const store = openSqliteStore({ directory: data, nameLifetimeMs })
  const app = makeApp(store, { language, nameLifetimeMs, replayLimit, onError: (error) => console.error(error) })
  const server = await startServer(app, { port, host })
  console.log(`teahouse listens on ${server.url}`)

  async function stop(): Promise<void> {
    await server.drain()
    await store.close()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}

/** What went wrong, if it is the operator's to mend: in one line. */
function operatorError(error: unknown): string | undefined {
  const isTheirs = error instanceof ConfigError || error instanceof StoreError || error instanceof ListenError
  return isTheirs ? error.message : undefined
}

try {
  const config = readConfig(process.argv.slice(2), process.env)
  if (config.help) process.stdout.write(usage())
  else await run(config)
} catch (error) {
  const line = operatorError(error)
  if (line === undefined) throw error
  console.error(`teahouse: ${line}`)
  process.exit(2)
}
