import type { RetentionOptions } from '../../retention-options.ts'
import { ROOMS } from '../keys.ts'
import { EXTENT, FORGET, TIDY, TRIM } from './log-scripts.ts'
import { runInRoom, type Extended } from './run-in-room.ts'
import type { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'
import { SweepTurn } from './sweep-turn.ts'

/** The most entries or keys that one script drops, so that posts do not wait long. */
const BATCH = 1000
const ROOMS_AT_ONCE = 50

/**
 * Drops expired entries and idempotency keys. The other entries keep their numbers. An empty room keeps its state, so
 * that its next entry gets the next number. Call `sweep` regularly on every node.
 */
export class Retention {
  readonly #shards: Shards
  readonly #options: RetentionOptions
  readonly #keyLifetimeMs: number
  readonly #turn: SweepTurn

  constructor(shards: Shards, options: RetentionOptions, keyLifetimeMs: number) {
    this.#shards = shards
    this.#options = options
    this.#keyLifetimeMs = keyLifetimeMs
    this.#turn = new SweepTurn(shards)
  }

  /** Drops what has expired at `now` (milliseconds since 1970), unless another node is sweeping or has just swept. */
  async sweep(now: number): Promise<void> {
    if (!(await this.#turn.begin(now))) return
    try {
      await this.#sweepAll(now)
    } finally {
      await this.#turn.end()
    }
  }

  async #sweepAll(now: number): Promise<void> {
    let cursor = '0'
    do {
      const scan = ['ZSCAN', ROOMS, cursor, 'COUNT', String(ROOMS_AT_ONCE)]
      const [next, found] = await this.#shards.of(ROOMS).send<[string, string[]]>(scan)
      const rooms = found.filter((_, index) => index % 2 === 0)
      // ZSCAN ignores COUNT for a small set and returns all of it, so split the rooms again.
      for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) {
        if (!(await this.#turn.goOn())) return
        await Promise.all(rooms.slice(start, start + ROOMS_AT_ONCE).map((room) => this.#sweepRoom(room, now)))
      }
      cursor = next
    } while (cursor !== '0')
  }

  async #sweepRoom(room: string, now: number): Promise<void> {
    const { keepMs, keepEntries } = this.#options
    const args = [keepMs === undefined ? '' : now - keepMs, keepEntries ?? '', BATCH]
    const left = (keepMs ?? keepEntries) === undefined ? 1 : await this.#drop(room, args)
    while ((await this.#run<number>(FORGET, room, [now - this.#keyLifetimeMs, BATCH])) === BATCH);
    if (left === 0) await this.#unlist(room)
  }

  async #drop(room: string, args: (string | number)[]): Promise<number> {
    for (;;) {
      const [dropped, left] = await this.#run<[number, string]>(TRIM, room, args)
      if (dropped > 0) await this.#run(TIDY, room, [dropped])
      if (dropped < BATCH) return Number(left)
    }
  }

  /** Removes an empty room from the list. The list may be on another server, so check afterwards for new entries. */
  async #unlist(room: string): Promise<void> {
    await this.#shards.of(ROOMS).send(['ZREM', ROOMS, room])
    const [, first, head, at] = await this.#run<Extended>(EXTENT, room, [])
    if (Number(first) <= Number(head)) await this.#shards.of(ROOMS).send(['ZADD', ROOMS, 'GT', at, room])
  }

  #run<T>(script: Script, room: string, args: (string | number)[]): Promise<T> {
    return runInRoom(this.#shards, script, room, args)
  }
}
