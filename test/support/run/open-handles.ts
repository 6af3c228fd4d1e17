import { setTimeout as delay } from 'node:timers/promises'

/** How many of each kind of handle keep this process alive, such as `TCPServerWrap`, `ProcessWrap` or `Timeout`. */
export type Handles = Map<string, number>

/** Sockets, processes and timers may take some turns of the event loop, or of another process, to end. */
const PATIENCE_MS = Number(process.env.TEST_HANDLES_MS ?? 10_000)

/** What keeps this process alive now. */
export function openHandles(): Handles {
  const handles: Handles = new Map()
  for (const kind of process.getActiveResourcesInfo()) handles.set(kind, (handles.get(kind) ?? 0) + 1)
  return handles
}

/** What is in `handles` beyond `allowed`. */
export function beyond(handles: Handles, allowed: Handles): Handles {
  const rest = [...handles].map(([kind, count]) => [kind, count - (allowed.get(kind) ?? 0)] as const)
  return new Map(rest.filter(([, count]) => count > 0))
}

/** Both together. */
export function sum(one: Handles, other: Handles): Handles {
  const both = new Map(one)
  for (const [kind, count] of other) both.set(kind, (both.get(kind) ?? 0) + count)
  return both
}

/** Resolves with what is still open beyond `allowed` after some patience, as text; with nothing as soon as all is closed. */
export async function leftOpen(allowed: () => Handles): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const left = beyond(openHandles(), allowed())
    if (left.size === 0 || performance.now() > deadline)
      return Array.from(left, ([kind, count]) => `${count} ${kind}`).join(', ')
    await delay(20)
  }
}
