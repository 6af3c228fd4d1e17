#!/usr/bin/env node
import { makeApp } from './app.ts'
import { COMMANDS } from './commands.ts'
import { ConfigError, readConfig, usage, type Config } from './config.ts'
import { ListenError, startServer } from './server.ts'
import { StoreError } from './store/store-error.ts'
import { openStore } from './store/store.ts'

/** Milliseconds between two looks for what need no longer be kept. */
const SWEEP_MS = 60_000

async function serve(config: Config): Promise<void> {
  const store = await openStore({ ...config, onNotice: (line) => console.log(`teahouse: ${line}`) })
  for (const warning of store.warnings) console.warn(`teahouse: ${warning}`)
  const onError = (error: unknown) => console.error(error)
  const app = makeApp(store, { ...config, onError })
  const server = await startServer(app, config)
  setInterval(() => void app.sweep(Date.now()).catch(onError), SWEEP_MS).unref()
  console.log(`teahouse listens on ${server.url}`)

  async function stop(): Promise<void> {
    await server.drain()
    await store.close()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
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
