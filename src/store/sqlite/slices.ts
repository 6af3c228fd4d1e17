import { setTimeout as delay } from 'node:timers/promises'
import type { GroupCommit } from './group-commit.ts'

/** Milliseconds of work after which a transaction ends, so that nobody waits for longer. */
const SLICE_MS = 2
/** Milliseconds between two of them, which belong to the others. */
const PAUSE_MS = 8

/** Work of small steps, some of which share a transaction: each transaction is short, and others get their turn between two. */
export class Slices {
  readonly #commit: GroupCommit
  #isStopped = false

  constructor(commit: GroupCommit) {
    this.#commit = commit
  }

  /** Resolves when all steps are done, or when `stop` was called. Rejects as `GroupCommit.run` does; what is left is not done then. */
  async run(steps: Iterator<void>): Promise<void> {
    while (!this.#isStopped && !(await this.#commit.run(() => runFor(SLICE_MS, steps)))) {
      await delay(PAUSE_MS, undefined, { ref: false })
    }
  }

  /** Begins no other transaction. */
  stop(): void {
    this.#isStopped = true
  }
}

/** Whether all steps are done. */
function runFor(ms: number, steps: Iterator<void>): boolean {
  const end = performance.now() + ms
  do if (steps.next().done) return true
  while (performance.now() < end)
  return false
}
