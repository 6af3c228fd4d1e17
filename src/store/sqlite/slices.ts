import { setTimeout as delay } from 'node:timers/promises'
import type { GroupCommit } from './group-commit.ts'

/** Milliseconds after which a transaction starts no further step, so that other writes wait no longer than this. */
const SLICE_MS = 2
/** Milliseconds between two transactions, which leave time for other writes. */
const PAUSE_MS = 8

/**
 * Runs long work as many small steps. Several steps share one short transaction, and other writes run between two
 * transactions. Call `stop` before the database is closed.
 */
export class Slices {
  readonly #commit: GroupCommit
  #isStopped = false

  constructor(commit: GroupCommit) {
    this.#commit = commit
  }

  /**
   * Resolves when all steps are done, or after `stop`. Rejects as `GroupCommit.run` does; then the remaining steps are
   * not run.
   */
  async run(steps: Iterator<void>): Promise<void> {
    while (!this.#isStopped && !(await this.#commit.run(() => runFor(SLICE_MS, steps)))) {
      await delay(PAUSE_MS, undefined, { ref: false })
    }
  }

  /** Starts no further transaction. */
  stop(): void {
    this.#isStopped = true
  }
}

/** Runs steps for about `ms` milliseconds; true when all are done. */
function runFor(ms: number, steps: Iterator<void>): boolean {
  const end = performance.now() + ms
  do if (steps.next().done) return true
  while (performance.now() < end)
  return false
}
