import type { StatementSyncInstance } from '@photostructure/sqlite'
import { LRUCache } from 'lru-cache'

/** The newest state of a room. */
export interface RoomState {
  id: number
  first: number
  head: number
}

/** The most rooms in the cache. The limit keeps clients from filling the memory by naming many rooms. */
const ROOMS_KNOWN = 10_000

/**
 * A cache of the rooms' states on disk. A caller that changes a state must write it to disk in the same transaction,
 * and call `forget` when that transaction is rolled back.
 */
export class RoomStates {
  readonly #known = new LRUCache<string, RoomState>({ max: ROOMS_KNOWN })
  readonly #read: StatementSyncInstance

  /** `read` selects the state of a room by its name. */
  constructor(read: StatementSyncInstance) {
    this.#read = read
  }

  /** The cached state itself, not a copy; undefined when there is no such room. */
  find(room: string): RoomState | undefined {
    const known = this.#known.get(room)
    if (known) return known
    const state = this.#read.get(room) as RoomState | undefined
    if (state) this.#known.set(room, state)
    return state
  }

  /** Empties the cache. Call it after a rollback. */
  forget(): void {
    this.#known.clear()
  }
}
