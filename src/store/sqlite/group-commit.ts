import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { Refusal } from '../../chat/refusal.ts'

interface Work {
  run: () => unknown
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

const SQLITE_FULL = 13

/**
 * Writes of one turn of the event loop share one transaction, and so one wait for the disk. A promise resolves when its
 * work is on disk; if the transaction fails, all of it is undone and every promise rejects.
 */
export class GroupCommit {
  readonly #sql: DatabaseSyncInstance
  readonly #commitListeners: (() => void)[] = []
  readonly #rollbackListeners: (() => void)[] = []
  #works: Work[] = []

  constructor(sql: DatabaseSyncInstance) {
    this.#sql = sql
  }

  /** Has `listener` called when a transaction is on disk, before its promises resolve. */
  onCommit(listener: () => void): void {
    this.#commitListeners.push(listener)
  }

  /** Has `listener` called when a transaction was undone: what was remembered of its writes is wrong. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener)
  }

  /** Runs `work` in the transaction of this turn. Work that throws a Refusal must not have written anything. */
  run<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#works.length === 0) setImmediate(() => this.flush())
      this.#works.push({ run, resolve, reject })
    })
  }

  /** Commits at once what waits for the end of the turn. */
  flush(): void {
    const works = this.#works
    this.#works = []
    if (works.length === 0) return
    let settle: (() => void)[]
    try {
      this.#sql.exec('BEGIN IMMEDIATE')
      settle = works.map(attempt)
      this.#sql.exec('COMMIT')
    } catch (error) {
      this.#rollBack()
      const reason =
        (error as { errcode?: number }).errcode === SQLITE_FULL
          ? new Refusal('store_full', undefined, { cause: error })
          : error
      for (const { reject } of works) reject(reason)
      return
    }
    for (const listener of this.#commitListeners) listener()
    for (const done of settle) done()
  }

  #rollBack(): void {
    // Some failures, a full disk among them, have already rolled back.
    if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK')
    for (const listener of this.#rollbackListeners) listener()
  }
}

/** Does the work; what it came to is told once the transaction is on disk. */
function attempt({ run, resolve, reject }: Work): () => void {
  try {
    const value = run() as never
    return () => resolve(value)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return () => reject(error)
  }
}
