import { buildSync } from 'esbuild'
import { createContext, runInContext } from 'node:vm'

/** How much faster time passes for the clients: one of them waits for a second at least before it comes back. */
const HASTE = 10

const timers = {
  setTimeout: (callback: () => void, ms = 0) => setTimeout(callback, ms / HASTE),
  clearTimeout,
}
const nothing = () => {}

/** What a package for browsers exports, run beside the few globals of a browser that SSE clients use. */
export function loadBrowserPackage(entry: string): unknown {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    globalName: 'exported',
    write: false,
  })
  const window: Record<string, unknown> = {
    ...timers,
    fetch,
    Response,
    AbortController,
    TextDecoder,
    TextEncoder,
    // One of them says in the console that its connection was lost.
    console: { ...console, error: nothing },
    document: { readyState: 'complete', hidden: false, addEventListener: nothing, removeEventListener: nothing },
  }
  window.window = window
  const context = createContext(window)
  runInContext(outputFiles[0]!.text, context)
  return runInContext('exported', context)
}
