import type { PlainAnswer } from './diagnosis.ts'

const LATE_MS = 4000

/** Asks for a small page that ends, to tell a server that is away from a stream that is held back. */
export async function plainRequest(): Promise<PlainAnswer> {
  const { signal, abort } = deadline()
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal })
    await response.text()
    // A gateway that answers in the place of a server that is away says 502 to 504.
    return response.ok ? 'good' : 'failed'
  } catch {
    return signal.aborted ? 'late' : 'failed'
  } finally {
    abort()
  }
}

/** What is answered where an event stream was expected: the status and the kind of content, as `404 application/json`. */
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
