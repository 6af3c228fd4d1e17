/** Milliseconds of one turn of the event loop that all long reads together may use. */
const READING_MS = 5

/** Who waits, in the order in which they asked. */
const waiting: (() => void)[] = []
let isGiving = false

/**
 * Resolves when the caller may read the next page of a log: in a later turn of the event loop, after everybody who asked
 * before. All long reads of the process share the event loop, so they share one queue: an embedded store answers
 * synchronously, and each page of it delays everybody else.
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

/** Lets one reader go on after the other until `deadline`, and the rest in the next turn of the event loop. */
function give(deadline: number): void {
  waiting.shift()?.()
  // A tick that a microtask asks for comes after the last microtask: by then the reader has read its page.
  queueMicrotask(() =>
    process.nextTick(() => {
      if (waiting.length === 0) isGiving = false
      else if (performance.now() < deadline) give(deadline)
      else setImmediate(startTurn)
    }),
  )
}
