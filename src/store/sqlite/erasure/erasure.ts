import type { StatementSyncInstance } from '@photostructure/sqlite'
import type { STATEMENTS } from '../statements.ts'
import type { Scrubber } from './scrubber.ts'

type Statements = Record<keyof typeof STATEMENTS, StatementSyncInstance>

/** Edits that one transaction erases at the most, so that posts do not wait for long. */
const STEP = 500

/** Takes away what deleted messages said. Only to be called within a commit. */
export class Erasure {
  readonly #sql: Statements
  readonly #scrubber: Scrubber

  constructor(sql: Statements, scrubber: Scrubber) {
    this.#sql = sql
    this.#scrubber = scrubber
  }

  /** Erases a message, which was deleted at `at`, and all its edits. */
  erase(room: number, message: number, at: number): void {
    this.#sql.eraseEdits.run(room, message, -1)
    this.#sql.eraseMessage.run(at, room, message)
    this.#scrubber.scrubSoon()
  }

  /** Whether a message has more edits than one transaction should erase. */
  hasMoreEdits(room: number, message: number): boolean {
    return this.#sql.hasMoreEdits.get(room, message, STEP) !== undefined
  }

  /** Erases the oldest edits of a message. The newest stay, so that the log still says how the message stands. */
  eraseEdits(room: number, message: number): void {
    this.#sql.eraseEdits.run(room, message, STEP)
  }
}
