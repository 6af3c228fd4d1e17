import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { RetentionOptions } from '../retention-options.ts'
import type { SqliteRoomLog } from './room-log.ts'

interface RoomRow {
  id: number
  name: string
  first: number
  head: number
}

/** How much one step reads or drops at the most: well below a millisecond of work for rooms, a few for the longest texts. */
const ROOMS = 100
const ENTRIES = 100

/**
 * Drops the entries that need not be kept; those that stay have the numbers that they had. Of a room without entries its
 * row stays, from which its numbers go on.
 */
export class Retention {
  readonly #log: SqliteRoomLog
  readonly #options: RetentionOptions
  readonly #rooms: StatementSyncInstance
  readonly #room: StatementSyncInstance
  readonly #oldest: StatementSyncInstance

  constructor(sql: DatabaseSyncInstance, log: SqliteRoomLog, options: RetentionOptions) {
    this.#log = log
    this.#options = options
    this.#rooms = sql.prepare('SELECT id, name, first, head FROM rooms WHERE id > ? ORDER BY id LIMIT ?')
    this.#room = sql.prepare('SELECT id, name, first, head FROM rooms WHERE id = ?')
    this.#oldest = sql.prepare('SELECT number, at FROM entries WHERE room = ? AND number >= ? ORDER BY number LIMIT ?')
  }

  /** Drops what is overdue at `now`, in milliseconds since 1970, in small steps. Only to be called within commits. */
  *steps(now: number): Generator<void, void> {
    const { keepMs, keepEntries } = this.#options
    if (keepMs === undefined && keepEntries === undefined) return
    for (let rooms = this.#roomsAfter(0); rooms.length > 0; rooms = this.#roomsAfter(rooms.at(-1)!.id)) {
      for (const { id, first, head } of rooms) {
        if (first > head) continue
        while (this.#dropSome(id, now)) yield
      }
      yield
    }
  }

  #roomsAfter(id: number): RoomRow[] {
    return this.#rooms.all(id, ROOMS) as RoomRow[]
  }

  /** Whether there was something to drop. */
  #dropSome(id: number, now: number): boolean {
    const room = this.#room.get(id) as RoomRow
    const keepFrom = Math.min(Math.max(this.#firstInNumber(room), this.#firstInTime(room, now)), room.first + ENTRIES)
    if (keepFrom <= room.first) return false
    this.#log.drop(room.name, keepFrom)
    return true
  }

  #firstInNumber({ first, head }: RoomRow): number {
    const { keepEntries } = this.#options
    return keepEntries === undefined ? first : head + 1 - keepEntries
  }

  /**
   * What comes after an entry that is young enough is not looked at. An entry from the future, when the clock was wrong,
   * is as old as the next one that is not.
   */
  #firstInTime({ id, first }: RoomRow, now: number): number {
    const { keepMs } = this.#options
    if (keepMs === undefined) return first
    let keepFrom = first
    for (const row of this.#oldest.all(id, first, ENTRIES)) {
      const { number, at } = row as { number: number; at: number }
      if (at < now - keepMs) keepFrom = number + 1
      else if (at <= now) break
    }
    return keepFrom
  }
}
