/** How many milliseconds of one turn of the event loop all long reads together may use. */
const READING_MS = 5

/** Readers that wait for their turn, in the order in which they called `nextTurn`. */
const waiting: (() => void)[] = []
let isGiving = false

/**
 * Resolves when the caller may read one page of a log: in a later turn of the event loop, after all earlier callers.
 * Call it before each page of a long read. All long reads share this queue, because an embedded store reads
 * synchronously: each page blocks the whole process.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (isGiving) return
    isGiving = true
    setImmediate(startTurn)
  })
}

function startTurn(): void {
  give(performance.now() + READING_MS)
}

/** Lets readers continue one after another until `deadline`, and the others in the next turn of the event loop. */
function give(deadline: number): void {
  waiting.shift()?.()
  // Node runs a tick that a microtask has scheduled after all microtasks: by then the reader has read its page.
  queueMicrotask(() =>
    process.nextTick(() => {
      if (waiting.length === 0) isGiving = false
      else if (performance.now() < deadline) give(deadline)
      else setImmediate(startTurn)
    }),
  )
}
