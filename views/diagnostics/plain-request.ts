import type { PlainAnswer } from './diagnosis.ts'

const LATE_MS = 4000

/** Requests a small resource that is no stream, to distinguish an unreachable server from a held-back stream. */
export async function plainRequest(): Promise<PlainAnswer> {
  const { signal, abort } = deadline()
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal })
    await response.text()
    // A gateway answers 502 to 504 when it cannot reach the server.
    return response.ok ? 'good' : 'failed'
  } catch {
    return signal.aborted ? 'late' : 'failed'
  } finally {
    abort()
  }
}

/** What the server answers in place of an event stream: status and content type, e.g. `404 application/json`. */
export async function describeAnswer(url: string): Promise<string | undefined> {
  const { signal, abort } = deadline()
  try {
    const { status, headers } = await fetch(url, { cache: 'no-store', signal })
    return `${status} ${headers.get('Content-Type') ?? ''}`.trim()
  } catch {
    return undefined
  } finally {
    abort()
  }
}

function deadline(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), LATE_MS)
  const abort = (): void => {
    clearTimeout(timer)
    controller.abort()
  }
  return { signal: controller.signal, abort }
}
