import { LRUCache } from 'lru-cache'
import type { StoredRoom } from '../../../chat/log/room-log.ts'
import { ROOMS } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import { EXTENT } from './log-scripts.ts'
import type { RoomEpochs } from './room-epochs.ts'
import { runInRoom, type Extended } from './run-in-room.ts'

/** Each room is written to the list at most once in this many milliseconds. */
const RESOLUTION_MS = 1000

const MOST_NOTED = 10_000

/**
 * The list of rooms that have entries. One server has the list, while each room is on a server of its own. When the
 * list's server cannot be reached, rooms are added to the list later. The caller must call `note` after each new
 * message, and `close` at the end.
 */
export class RoomList {
  readonly #shards: Shards
  readonly #epochs: RoomEpochs
  /** When `note` last wrote each room to the list. */
  readonly #noted = new LRUCache<string, number>({ max: MOST_NOTED })
  /** The rooms still to be written to the list, with the time of their newest message. */
  readonly #unnoted = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(shards: Shards, epochs: RoomEpochs) {
    this.#shards = shards
    this.#epochs = epochs
    this.#timer = setInterval(() => void this.#noteAll().catch(() => {}), RESOLUTION_MS).unref()
  }

  /** Call it after a message was added to a room. */
  note(room: string): void {
    const now = Date.now()
    if (this.#unnoted.size < MOST_NOTED) this.#unnoted.set(room, now)
    // The timer writes it: retention may have removed the room from the list since the last write.
    if (now - (this.#noted.get(room) ?? 0) < RESOLUTION_MS) return
    this.#noted.set(room, now)
    // If this fails, the timer tries again.
    void this.#send([[room, now]]).catch(() => {})
  }

  async newest(limit: number): Promise<StoredRoom[]> {
    const names = await this.#shards.of(ROOMS).send<string[]>(['ZRANGE', ROOMS, '0', String(limit - 1), 'REV'])
    const rooms = await Promise.all(names.map((room) => this.#state(room)))
    return rooms.filter((room) => room !== undefined).toSorted((a, b) => b.at - a.at)
  }

  /** Stops the timer, and tries once more to write the remaining rooms to the list. */
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
