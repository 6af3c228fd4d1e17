import type { StatementSyncInstance } from '@photostructure/sqlite'
import { LRUCache } from 'lru-cache'

/** The newest state of a room. */
export interface RoomState {
  id: number
  first: number
  head: number
}

/** Rooms whose state is kept in memory, so that strangers who name many do not fill it. */
const ROOMS_KNOWN = 10_000

/** The states of the rooms, as they are on disk; those that were asked for are kept in memory between writes. */
export class RoomStates {
  readonly #known = new LRUCache<string, RoomState>({ max: ROOMS_KNOWN })
  readonly #read: StatementSyncInstance

  /** `read` gives the state of a room by its name. */
  constructor(read: StatementSyncInstance) {
    this.#read = read
  }

  /** Whoever changes what it gets is to write it to disk in the same turn. */
  find(room: string): RoomState | undefined {
    const known = this.#known.get(room)
    if (known) return known
    const state = this.#read.get(room) as RoomState | undefined
    if (state) this.#known.set(room, state)
    return state
  }

  /** Reads all anew: what was written is undone. */
  forget(): void {
    this.#known.clear()
  }
}
