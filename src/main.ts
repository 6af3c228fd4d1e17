#!/usr/bin/env node
import { makeApp } from './app.ts'
import { COMMANDS } from './commands.ts'
import { ConfigError, readConfig, usage, type Config } from './config.ts'
import { openJournal } from './journal.ts'
import { makeMetricsApp } from './metrics-app.ts'
import { ListenError, startServer } from './server.ts'
import { StoreError } from './store/store-error.ts'
import { openSqliteStore } from './store/sqlite/store.ts'

/** Milliseconds between two looks for what need no longer be kept. */
const SWEEP_MS = 60_000
/** Milliseconds between two sums of what was refused. */
const SUM_MS = 60_000

async function serve(config: Config): Promise<void> {
  const store = openSqliteStore({ ...config, directory: config.data })
  const journal = openJournal(process.stdout)
  const onError = (error: unknown) => journal.error({ error }, 'something went wrong')
  const onRequest = config.logRequests ? (request: object) => journal.info(request, 'request') : undefined
  const app = makeApp(store, { ...config, showsMetrics: config.metrics === 'on', onRequest, onError })
  app.metrics.watchProcess()
  const server = await startServer(app, config)
  journal.info(`teahouse listens on ${server.url} with its data in ${config.data}`)
  if (typeof config.metrics === 'number') {
    const { url } = await startServer(makeMetricsApp(app), { port: config.metrics, host: config.host })
    journal.info(`its metrics are at ${url}/metrics`)
  }
  setInterval(() => void app.sweep(Date.now()).catch(onError), SWEEP_MS).unref()
  setInterval(sumUp, SUM_MS).unref()

  function sumUp(): void {
    const refused = app.metrics.takeRefusals()
    if (refused) journal.warn({ refused }, 'refused in the last minute')
  }

  async function stop(signal: string): Promise<void> {
    journal.info(`stops on ${signal}, with ${app.hub.size} streams to end`)
    await server.drain()
    await store.close()
    sumUp()
    journal.info('has stopped')
    process.exit(0)
  }
  process.once('SIGTERM', (signal) => void stop(signal))
  process.once('SIGINT', (signal) => void stop(signal))
}

async function run(config: Config): Promise<void> {
  if (config.help) process.stdout.write(usage())
  else if (config.command) console.log(await COMMANDS[config.command](config, config.file))
  else await serve(config)
}

/** What went wrong, if it is the operator's to mend: in one line. */
function operatorError(error: unknown): string | undefined {
  const isTheirs = error instanceof ConfigError || error instanceof StoreError || error instanceof ListenError
  return isTheirs ? error.message : undefined
}

try {
  await run(readConfig(process.argv.slice(2), process.env))
} catch (error) {
  const line = operatorError(error)
  if (line === undefined) throw error
  console.error(`teahouse: ${line}`)
  process.exit(2)
}
