import { makeApp, type App } from './app.ts'
import { CertificateError } from './server/certificate.ts'
import { COMMANDS } from './commands/commands.ts'
import { readConfig, type Config } from './config/config.ts'
import { usage } from './config/usage.ts'
import { ConfigError } from './config/values.ts'
import type { Store } from './chat/store.ts'
import { openJournal, printable } from './journal.ts'
import type { EndSignals } from './server/end-signals.ts'
import { stopOnSignalOrError } from './server/lifetime.ts'
import { makeMetricsApp } from './server/metrics-app.ts'
import { ListenError, startServer, type Server } from './server/server.ts'
import { StoreError } from './store/store-error.ts'
import { openStore } from './store/open-store.ts'

/** Milliseconds between two sweeps, which delete expired sessions and entries. */
const SWEEP_MS = 60_000
/** The share of `drainMs` for streams and responses in progress; the rest is for closing the store. */
const DRAIN_SHARE = 0.9
/** Milliseconds between two log lines that count the refused requests. */
const SUMMARY_MS = 60_000

async function serve(config: Config, signals: EndSignals): Promise<void> {
  const journal = openJournal(process.stdout)
  const onError = (error: unknown) => journal.error({ error }, 'something went wrong')
  let [store, app, server]: [Store?, App?, Server?] = []
  const isEnding = stopOnSignalOrError({ signals, stop, onError, ms: config.drainMs })
  if (isEnding()) return

  store = await openStore({ ...config, onNotice: (line) => journal.warn(line) })
  for (const warning of store.warnings) journal.warn(warning)
  const onRequest = config.logRequests ? (request: object) => journal.info(request, 'request') : undefined
  app = makeApp(store, { ...config, showsMetrics: config.metrics === 'on', onRequest, onError })
  app.metrics.watchProcess()
  if (isEnding()) return
  server = await startServer(app, config)
  if (typeof config.metrics === 'number') {
    const { url } = await startServer(makeMetricsApp(app), { port: config.metrics, host: config.host })
    journal.info(`serves its metrics at ${url}/metrics`)
  }
  if (isEnding()) return
  const { sweep } = app
  setInterval(() => void sweep().catch(onError), SWEEP_MS).unref()
  setInterval(logRefusals, SUMMARY_MS).unref()
  if (config.tls) process.on('SIGHUP', renewCertificate)
  journal.info(`teahouse listens on ${server.url} with its data in ${config.redis.length > 0 ? 'Redis' : config.data}`)

  function logRefusals(): void {
    const refused = app?.metrics.flushRefusals()
    if (refused) journal.info({ refused }, 'refused in the last minute')
  }

  function renewCertificate(): void {
    try {
      server?.renewCertificate()
      journal.info('has read the certificate again')
    } catch (error) {
      journal.error(`keeps the old certificate: ${operatorError(error) ?? String(error)}`)
    }
  }

  async function stop(reason: string): Promise<void> {
    journal.info(`stops on ${reason}, with ${app?.hub.size ?? 0} streams to end`)
    await server?.drain(config.drainMs * DRAIN_SHARE)
    await store?.close()
    logRefusals()
    journal.info('has stopped')
  }
}

async function run(config: Config, signals: EndSignals): Promise<void> {
  if (!config.help && !config.command) return serve(config, signals)
  // A signal may kill a command at any time: an unfinished command has no effect.
  signals.release()
  if (config.command) console.log(await COMMANDS[config.command](config, config.file))
  else process.stdout.write(usage())
}

const OPERATOR_ERRORS = [ConfigError, StoreError, ListenError, CertificateError]

/** The message of an error that the operator can fix, in one line; undefined for any other error. */
function operatorError(error: unknown): string | undefined {
  const isTheirs = OPERATOR_ERRORS.some((kind) => error instanceof kind)
  return isTheirs ? (error as Error).message : undefined
}

/**
 * Runs the command line. For an error that the operator can fix, prints one line and exits with 2; throws any other
 * error.
 */
export async function main(signals: EndSignals): Promise<void> {
  try {
    await run(readConfig(process.argv.slice(2), process.env), signals)
  } catch (error) {
    const line = operatorError(error)
    if (line === undefined) throw error
    console.error(`teahouse: ${printable(line)}`)
    process.exit(2)
  }
}
