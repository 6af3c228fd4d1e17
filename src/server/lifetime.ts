import { constants } from 'node:os'
import type { EndSignals } from './end-signals.ts'

export interface Lifetime {
  signals: EndSignals
  /** Stops everything that was started so far. `reason` is for the log. */
  stop: (reason: string) => Promise<void>
  /** Called with the first uncaught error only. */
  onError: (error: unknown) => void
  /** Milliseconds within which `stop` should finish. */
  ms: number
}

/** How much longer `stop` may take on a busy machine before the process exits anyway. */
const LATE_MS = 5000

/**
 * Calls `stop` on the first SIGTERM or SIGINT and exits with 0, or on an uncaught error and exits with 1. A second
 * signal exits at once with 128 plus its number; a `stop` that hangs exits with 1. Returns a function that says whether
 * the end has begun: the caller must then start nothing more.
 */
export function stopOnSignalOrError({ signals, stop, onError, ms }: Lifetime): () => boolean {
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

  /** Reports the first error only: later ones are usually its consequences. */
  function fail(error: unknown): void {
    if (code === 0) onError(error)
    code = 1
  }

  signals.listen((signal) => {
    if (isEnding) process.exit(128 + constants.signals[signal])
    void end(signal)
  })
  // Node emits this for unhandled rejections too.
  process.on('uncaughtException', (error) => {
    fail(error)
    void end('an error')
  })
  return () => isEnding
}
