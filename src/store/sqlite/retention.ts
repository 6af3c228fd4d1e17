import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { RetentionOptions } from '../retention-options.ts'
import type { SqliteRoomLog } from './room-log.ts'

interface RoomRow {
  id: number
  name: string
  first: number
  head: number
}

/**
 * The most that one step reads or drops. A step with rooms takes well below a millisecond, one with the longest texts a
 * few milliseconds.
 */
const ROOMS = 100
const ENTRIES = 100

/**
 * Drops expired entries. The other entries keep their numbers. An empty room keeps its row, so that its next entry gets
 * the next number. The caller must run `steps` within commits.
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

  /** Drops what has expired at `now` (milliseconds since 1970), in small steps. Run each step within a commit. */
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

  /** Drops one batch of a room's entries; false when nothing has expired. */
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
   * Stops at the first entry that has not expired. An entry with a time in the future was written when the clock was
   * wrong: it is dropped together with the next expired entry.
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
