import type { StoredRoom } from '../../../chat/log/room-log.ts'
import { roomKeys, ROOMS } from '../keys.ts'
import type { Shards } from '../link/shards.ts'

/** Milliseconds in which it is noted once at the most that something was said in a room. */
const RESOLUTION_MS = 1000

const MOST_NOTED = 10_000

/** The rooms in which something was said. The list of them is on one server, and each room's state where the room is. */
export class RoomList {
  readonly #shards: Shards
  readonly #noted = new Map<string, number>()

  constructor(shards: Shards) {
    this.#shards = shards
  }

  /** Something is being said in a room. */
  async note(room: string): Promise<void> {
    const now = Date.now()
    if (now - (this.#noted.get(room) ?? 0) < RESOLUTION_MS) return
    await this.#shards.of(ROOMS).send(['ZADD', ROOMS, 'GT', String(now), room])
    if (this.#noted.size >= MOST_NOTED) this.#noted.clear()
    this.#noted.set(room, now)
  }

  async newest(limit: number): Promise<StoredRoom[]> {
    const names = await this.#shards.of(ROOMS).send<string[]>(['ZRANGE', ROOMS, '0', String(limit - 1), 'REV'])
    const rooms = await Promise.all(names.map((room) => this.#state(room)))
    return rooms.filter((room) => room !== undefined).toSorted((a, b) => b.at - a.at)
  }

  async all(): Promise<string[]> {
    return this.#shards.of(ROOMS).send<string[]>(['ZRANGE', ROOMS, '0', '-1'])
  }

  async #state(room: string): Promise<StoredRoom | undefined> {
    const { state } = roomKeys(room)
    const [first, head, at] = await this.#shards
      .of(state)
      .send<(string | null)[]>(['HMGET', state, 'first', 'head', 'at'])
    const isEmpty = Number(first ?? 1) > Number(head ?? 0)
    return isEmpty ? undefined : { room, head: Number(head), at: Number(at) }
  }
}
