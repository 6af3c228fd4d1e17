import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { GroupCommit } from './group-commit.ts'
import type { RetentionOptions } from '../retention-options.ts'
import type { SqliteRoomLog } from './room-log.ts'

/** A room that has more than it needs to keep. */
interface Overdue {
  room: string
  first: number
  /** The oldest entry to keep. */
  keepFrom: number
}

/** Entries that one transaction drops at the most, so that posts do not wait for long. */
const BATCH = 2000

/** Drops the entries that need not be kept; those that stay have the numbers that they had. */
export class Retention {
  readonly #commit: GroupCommit
  readonly #log: SqliteRoomLog
  readonly #options: RetentionOptions
  readonly #overfull: StatementSyncInstance
  readonly #outdated: StatementSyncInstance

  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, log: SqliteRoomLog, options: RetentionOptions) {
    this.#commit = commit
    this.#log = log
    this.#options = options
    this.#overfull = sql.prepare(
      'SELECT name AS room, first, head + 1 - ?1 AS keepFrom FROM rooms WHERE head - first >= ?1 LIMIT 1',
    )
    this.#outdated = sql.prepare(`SELECT rooms.name AS room, first, coalesce(
        (SELECT number FROM entries WHERE room = rooms.id AND at >= ?1 ORDER BY number LIMIT 1),
        head + 1
      ) AS keepFrom
      FROM rooms JOIN entries ON entries.room = rooms.id AND entries.number = rooms.first
      WHERE entries.at < ?1 LIMIT 1`)
  }

  /** Drops what is overdue at `now`, in milliseconds since 1970. */
  async sweep(now: number): Promise<void> {
    while (await this.#commit.run(() => this.#dropBatch(now)));
  }

  /** Whether there was something to drop. */
  #dropBatch(now: number): boolean {
    const overdue = this.#findOverdue(now)
    if (overdue) this.#log.drop(overdue.room, Math.min(overdue.keepFrom, overdue.first + BATCH))
    return overdue !== undefined
  }

  #findOverdue(now: number): Overdue | undefined {
    const { keepMs, keepEntries } = this.#options
    const overfull = keepEntries === undefined ? undefined : this.#overfull.get(keepEntries)
    const outdated = keepMs === undefined ? undefined : this.#outdated.get(now - keepMs)
    return (overfull ?? outdated) as Overdue | undefined
  }
}
