import type { StatementSyncInstance } from '@photostructure/sqlite'
import type { STATEMENTS } from '../statements.ts'
import type { Scrubber } from './scrubber.ts'

type Statements = Record<keyof typeof STATEMENTS, StatementSyncInstance>

/** The most edits that one transaction erases, so that posts do not wait long. */
const STEP = 500

/**
 * Erases the texts of deleted messages. Call `erase` and `eraseEdits` within a commit. While `hasMoreEdits` is true,
 * call `eraseEdits`, each time in its own transaction, before `erase`.
 */
export class Erasure {
  readonly #sql: Statements
  readonly #scrubber: Scrubber

  constructor(sql: Statements, scrubber: Scrubber) {
    this.#sql = sql
    this.#scrubber = scrubber
  }

  /** Erases a message and all its edits. `at` is the time of the deletion. */
  erase(room: number, message: number, at: number): void {
    this.#sql.eraseEdits.run(room, message, -1)
    this.#sql.eraseMessage.run(at, room, message)
    this.#scrubber.scrubSoon()
  }

  /** Whether a message has more edits than one transaction should erase. */
  hasMoreEdits(room: number, message: number): boolean {
    return this.#sql.hasMoreEdits.get(room, message, STEP) !== undefined
  }

  /** Erases a batch of a message's oldest edits. The newest edits stay, and with them the message's current text. */
  eraseEdits(room: number, message: number): void {
    this.#sql.eraseEdits.run(room, message, STEP)
  }
}
