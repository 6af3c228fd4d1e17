#!/usr/bin/env node
import { makeApp } from './app.ts'
import { CertificateError } from './certificate.ts'
import { COMMANDS } from './commands.ts'
import { readConfig, type Config } from './config.ts'
import { usage } from './config/usage.ts'
import { ConfigError } from './config/values.ts'
import { liveUntilTold } from './lifetime.ts'
import { logError, printable } from './log.ts'
import { ListenError, startServer, type Server } from './server.ts'
import { StoreError } from './store/store-error.ts'
import { openSqliteStore } from './store/sqlite/store.ts'

/** Milliseconds between two looks for what need no longer be kept. */
const SWEEP_MS = 60_000
/** The part of the time to stop that the streams and the answers under way may take; the rest is the store's. */
const DRAINING = 0.9

async function serve(config: Config): Promise<void> {
  const store = openSqliteStore({ ...config, directory: config.data })
  const app = makeApp(store, { ...config, onError: logError })
  const server = await startServer(app, config)
  setInterval(() => void app.sweep(Date.now()).catch(logError), SWEEP_MS).unref()
  liveUntilTold(async () => {
    await server.drain(config.drainMs * DRAINING)
    await store.close()
  }, config.drainMs)
  if (config.tls) process.on('SIGHUP', () => renew(server))
  console.log(`teahouse listens on ${server.url}`)
}

function renew(server: Server): void {
  try {
    server.renewCertificate()
    console.log('teahouse has read its certificate again')
  } catch (error) {
    console.error(`teahouse: ${printable(operatorError(error) ?? String(error))}`)
  }
}

async function run(config: Config): Promise<void> {
  if (config.help) process.stdout.write(usage())
  else if (config.command) console.log(await COMMANDS[config.command](config, config.file))
  else await serve(config)
}

const OPERATOR_ERRORS = [ConfigError, StoreError, ListenError, CertificateError]

/** What went wrong, if it is the operator's to mend: in one line. */
function operatorError(error: unknown): string | undefined {
  const isTheirs = OPERATOR_ERRORS.some((kind) => error instanceof kind)
  return isTheirs ? (error as Error).message : undefined
}

try {
  await run(readConfig(process.argv.slice(2), process.env))
} catch (error) {
  const line = operatorError(error)
  if (line === undefined) throw error
  console.error(`teahouse: ${printable(line)}`)
  process.exit(2)
}
