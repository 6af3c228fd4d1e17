import type { RetentionOptions } from '../../retention-options.ts'
import { ROOMS, SWEPT } from '../keys.ts'
import { FORGET, TRIM } from './log-scripts.ts'
import { runInRoom } from './run-in-room.ts'
import type { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** What one script does at the most, so that posts do not wait for long. */
const BATCH = 1000
const ROOMS_AT_ONCE = 50
/** Milliseconds in which the nodes together sweep once. */
const RESOLUTION_MS = 10_000

/** Drops what need not be kept; the entries that stay have the numbers that they had. */
export class Retention {
  readonly #shards: Shards
  readonly #options: RetentionOptions
  readonly #keyLifetimeMs: number

  constructor(shards: Shards, options: RetentionOptions, keyLifetimeMs: number) {
    this.#shards = shards
    this.#options = options
    this.#keyLifetimeMs = keyLifetimeMs
  }

  /** Drops what is overdue at `now`, in milliseconds since 1970, unless another node has just done it. */
  async sweep(now: number): Promise<void> {
    if (!(await this.#isOurTurn(now))) return
    const rooms = await this.#shards.of(ROOMS).send<string[]>(['ZRANGE', ROOMS, '0', '-1'])
    for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) {
      await Promise.all(rooms.slice(start, start + ROOMS_AT_ONCE).map((room) => this.#sweepRoom(room, now)))
    }
  }

  async #isOurTurn(now: number): Promise<boolean> {
    const swept = await this.#shards.of(SWEPT).send<string | null>(['SET', SWEPT, String(now), 'GET'])
    return swept === null || Math.abs(now - Number(swept)) >= RESOLUTION_MS
  }

  async #sweepRoom(room: string, now: number): Promise<void> {
    const { keepMs, keepEntries } = this.#options
    const args = [keepMs === undefined ? '' : now - keepMs, keepEntries ?? '', BATCH]
    const left = (keepMs ?? keepEntries) ? await this.#drop(room, args) : 1
    while ((await this.#run<number>(FORGET, room, [now - this.#keyLifetimeMs, BATCH])) === BATCH);
    if (left === 0) await this.#shards.of(ROOMS).send(['ZREM', ROOMS, room])
  }

  async #drop(room: string, args: (string | number)[]): Promise<number> {
    for (;;) {
      const [dropped, left] = await this.#run<[number, number]>(TRIM, room, args)
      if (dropped < BATCH) return left
    }
  }

  #run<T>(script: Script, room: string, args: (string | number)[]): Promise<T> {
    return runInRoom(this.#shards, script, room, args)
  }
}
