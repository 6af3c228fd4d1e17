import { makeApp, type App } from './app.ts'
import { CertificateError } from './server/certificate.ts'
import { COMMANDS } from './commands/commands.ts'
import { readConfig, type Config } from './config/config.ts'
import { usage } from './config/usage.ts'
import { ConfigError } from './config/values.ts'
import type { Store } from './chat/store.ts'
import { openJournal, printable } from './journal.ts'
import type { EndSignals } from './server/end-signals.ts'
import { liveUntilTold } from './server/lifetime.ts'
import { makeMetricsApp } from './server/metrics-app.ts'
import { ListenError, startServer, type Server } from './server/server.ts'
import { StoreError } from './store/store-error.ts'
import { openStore } from './store/open-store.ts'

/** Milliseconds between two looks for what need no longer be kept. */
const SWEEP_MS = 60_000
/** The part of the time to stop that the streams and the answers under way may take; the rest is the store's. */
const DRAINING = 0.9
/** Milliseconds between two sums of what was refused. */
const SUM_MS = 60_000

async function serve(config: Config, signals: EndSignals): Promise<void> {
  const journal = openJournal(process.stdout)
  const onError = (error: unknown) => journal.error({ error }, 'something went wrong')
  let [store, app, server]: [Store?, App?, Server?] = []
  const isEnding = liveUntilTold({ signals, stop, onError, ms: config.drainMs })
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
    journal.info(`its metrics are at ${url}/metrics`)
  }
  if (isEnding()) return
  const { sweep } = app
  setInterval(() => void sweep(Date.now()).catch(onError), SWEEP_MS).unref()
  setInterval(sumUp, SUM_MS).unref()
  if (config.tls) process.on('SIGHUP', renewCertificate)
  journal.info(`teahouse listens on ${server.url} with its data in ${config.redis.length > 0 ? 'Redis' : config.data}`)

  function sumUp(): void {
    const refused = app?.metrics.takeRefusals()
    if (refused) journal.info({ refused }, 'refused in the last minute')
  }

  function renewCertificate(): void {
    try {
      server?.renewCertificate()
      journal.info('the certificate was read again')
    } catch (error) {
      journal.error(`the old certificate is kept: ${operatorError(error) ?? String(error)}`)
    }
  }

  async function stop(reason: string): Promise<void> {
    journal.info(`stops on ${reason}, with ${app?.hub.size ?? 0} streams to end`)
    await server?.drain(config.drainMs * DRAINING)
    await store?.close()
    sumUp()
    journal.info('has stopped')
  }
}

async function run(config: Config, signals: EndSignals): Promise<void> {
  if (!config.help && !config.command) return serve(config, signals)
  // What a command has not done to its end it has not done.
  signals.release()
  if (config.command) console.log(await COMMANDS[config.command](config, config.file))
  else process.stdout.write(usage())
}

const OPERATOR_ERRORS = [ConfigError, StoreError, ListenError, CertificateError]

/** What went wrong, if it is the operator's to mend: in one line. */
function operatorError(error: unknown): string | undefined {
  const isTheirs = OPERATOR_ERRORS.some((kind) => error instanceof kind)
  return isTheirs ? (error as Error).message : undefined
}

/** Does what the command line says. What is the operator's to mend ends the process with one line and 2. */
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
