import { randomUUID } from 'node:crypto'
import { SWEEP } from '../keys.ts'
import { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** Milliseconds between the starts of two sweeps, whichever nodes run them. */
const RESOLUTION_MS = 10_000
/** Milliseconds after which a sweeping node loses its turn, unless it calls `goOn`. */
const LEASE_MS = 30_000

/**
 * ARGV: the node's id, its time, RESOLUTION_MS, LEASE_MS. Returns 1 when the node may sweep; otherwise changes nothing.
 */
const BEGIN = new Script(`
  local at = tonumber(redis.call('GET', KEYS[1]))
  if at and math.abs(ARGV[2] - at) < tonumber(ARGV[3]) then return 0 end
  if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[4]) then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1
`)

const GO_ON = new Script(`
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[2], ARGV[2])
`)

const END = new Script(`
  if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
`)

const KEYS = [SWEEP.at, SWEEP.by]

/**
 * A lock that lets one node sweep at a time, and starts at most one sweep in ten seconds. After `begin` has returned
 * true, the caller must call `goOn` before each part of the work, stop when it returns false, and call `end` at the
 * end.
 */
export class SweepTurn {
  readonly #shards: Shards
  readonly #id = randomUUID()

  constructor(shards: Shards) {
    this.#shards = shards
  }

  /** Returns whether this node may sweep. If so, call `end` afterwards. */
  async begin(now: number): Promise<boolean> {
    return (await this.#run(BEGIN, [now, RESOLUTION_MS, LEASE_MS])) === 1
  }

  /** Extends the turn. Returns false when it has expired; then stop sweeping. */
  async goOn(): Promise<boolean> {
    return (await this.#run(GO_ON, [LEASE_MS])) === 1
  }

  async end(): Promise<void> {
    await this.#run(END, [])
  }

  #run(script: Script, args: (string | number)[]): Promise<unknown> {
    return this.#shards.of(SWEEP.at).run(script, KEYS, [this.#id, ...args])
  }
}
