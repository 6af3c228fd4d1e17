import { LRUCache } from 'lru-cache'
import type { StoredRoom } from '../../../chat/log/room-log.ts'
import { ROOMS } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import { EXTENT } from './log-scripts.ts'
import type { RoomEpochs } from './room-epochs.ts'
import { runInRoom, type Extended } from './run-in-room.ts'

/** Milliseconds in which it is noted once at the most that something was said in a room. */
const RESOLUTION_MS = 1000

const MOST_NOTED = 10_000

/**
 * The rooms in which something was said. The list of them is on one server, and each room's state where the room is, so
 * the list may be out of reach while the room is not: then a room is noted later. It must be closed.
 */
export class RoomList {
  readonly #shards: Shards
  readonly #epochs: RoomEpochs
  /** When each room was last noted. */
  readonly #noted = new LRUCache<string, number>({ max: MOST_NOTED })
  /** When something was said in the rooms that are still to be noted. */
  readonly #unnoted = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(shards: Shards, epochs: RoomEpochs) {
    this.#shards = shards
    this.#epochs = epochs
    this.#timer = setInterval(() => void this.#noteAll().catch(() => {}), RESOLUTION_MS).unref()
  }

  /** Something was said in a room. */
  note(room: string): void {
    const now = Date.now()
    if (this.#unnoted.size < MOST_NOTED) this.#unnoted.set(room, now)
    // The timer notes it: the room may have been taken off the list since it was noted.
    if (now - (this.#noted.get(room) ?? 0) < RESOLUTION_MS) return
    this.#noted.set(room, now)
    // What fails is tried again when the timer fires.
    void this.#send([[room, now]]).catch(() => {})
  }

  async newest(limit: number): Promise<StoredRoom[]> {
    const names = await this.#shards.of(ROOMS).send<string[]>(['ZRANGE', ROOMS, '0', String(limit - 1), 'REV'])
    const rooms = await Promise.all(names.map((room) => this.#state(room)))
    return rooms.filter((room) => room !== undefined).toSorted((a, b) => b.at - a.at)
  }

  /** Notes what could not be noted before, if it can be now. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#noteAll().catch(() => {})
  }

  async #noteAll(): Promise<void> {
    if (this.#unnoted.size > 0) await this.#send([...this.#unnoted])
  }

  async #send(rooms: [room: string, at: number][]): Promise<void> {
    const pairs = rooms.flatMap(([room, at]) => [String(at), room])
    await this.#shards.of(ROOMS).send(['ZADD', ROOMS, 'GT', ...pairs])
    for (const [room, at] of rooms) if (this.#unnoted.get(room) === at) this.#unnoted.delete(room)
  }

  async #state(room: string): Promise<StoredRoom | undefined> {
    const { first, ...stored } = await this.#epochs.read(room, async () => {
      const [stamp, first, head, at] = await runInRoom<Extended>(this.#shards, EXTENT, room, [])
      return { first: Number(first), head: Number(head), at: Number(at), stamp }
    })
    return first > stored.head ? undefined : { room, ...stored }
  }
}
