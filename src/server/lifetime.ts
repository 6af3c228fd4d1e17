import { constants } from 'node:os'
import type { EndSignals } from './end-signals.ts'

export interface Lifetime {
  signals: EndSignals
  /** Stops everything that has been started so far; it is told why. */
  stop: (reason: string) => Promise<void>
  /** Called with the first error that nobody caught. */
  onError: (error: unknown) => void
  /** Milliseconds that it may take to stop. */
  ms: number
}

/** How late `stop` may be on a machine that has no time for it. */
const LATE_MS = 5000

/**
 * Lets the process end as it should: by `stop`, on SIGTERM and SIGINT with 0, and after an error that nobody caught,
 * which is told once, with 1. A second signal ends it at once, and so does a `stop` that hangs beyond its `ms`; neither
 * with 0. Returns what says whether the end has begun: then nothing more is to be started.
 */
export function liveUntilTold({ signals, stop, onError, ms }: Lifetime): () => boolean {
  let isEnding = false
  let code = 0

  async function end(reason: string): Promise<void> {
    if (isEnding) return
    isEnding = true
    setTimeout(() => process.exit(1), ms + LATE_MS).unref()
    try {
      await stop(reason)
    } catch (error) {
      fail(error)
    }
    process.exit(code)
  }

  /** The first error says what is wrong; what follows from it would hide it. */
  function fail(error: unknown): void {
    if (code === 0) onError(error)
    code = 1
  }

  signals.listen((signal) => {
    if (isEnding) process.exit(128 + constants.signals[signal])
    void end(signal)
  })
  // A rejection that nobody handles comes here too.
  process.on('uncaughtException', (error) => {
    fail(error)
    void end('an error')
  })
  return () => isEnding
}
