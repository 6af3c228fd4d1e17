import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { Refusal } from '../../chat/refusal.ts'

interface Work {
  run: () => unknown
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

const SQLITE_FULL = 13

/**
 * Runs all writes of one turn of the event loop in one transaction, so that they wait for the disk only once. A promise
 * resolves when its write is on disk. If the transaction fails, it is rolled back and every promise rejects. Callers
 * that cache what they have written must drop it in `onRollback`, and call `flush` before they close the database.
 */
export class GroupCommit {
  readonly #sql: DatabaseSyncInstance
  readonly #commitListeners: (() => void)[] = []
  readonly #rollbackListeners: (() => void)[] = []
  #works: Work[] = []

  constructor(sql: DatabaseSyncInstance) {
    this.#sql = sql
  }

  /** Calls `listener` after each commit, before the promises of that transaction resolve. */
  onCommit(listener: () => void): void {
    this.#commitListeners.push(listener)
  }

  /** Calls `listener` after each rollback: it must drop what it has cached of that transaction. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener)
  }

  /**
   * Calls `run` in the transaction of this turn. If it throws a Refusal, only its own promise rejects and the
   * transaction goes on, so it must not have written anything before. Rejects with the Refusal `store_full` when the
   * disk is full.
   */
  run<T>(run: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#works.length === 0) setImmediate(() => this.flush())
      this.#works.push({ run, resolve, reject })
    })
  }

  /** Commits the waiting writes now, and not at the end of the turn. */
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
    // After some errors, such as a full disk, SQLite has already rolled back.
    if (this.#sql.isTransaction) this.#sql.exec('ROLLBACK')
    for (const listener of this.#rollbackListeners) listener()
  }
}

/** Runs one piece of work. Returns a function that settles its promise; call it after the commit. */
function attempt({ run, resolve, reject }: Work): () => void {
  try {
    const value = run() as never
    return () => resolve(value)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return () => reject(error)
  }
}
