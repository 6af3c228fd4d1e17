import { randomUUID } from 'node:crypto'
import { SWEEP } from '../keys.ts'
import { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** Milliseconds in which the nodes together sweep once. */
const RESOLUTION_MS = 10_000
/** Milliseconds after its last sign of life at which a node that sweeps counts as gone. */
const LEASE_MS = 30_000

/** ARGV: who wants to sweep, the time there, the resolution, the lease. A node that must not sweep changes nothing. */
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

/** The right to sweep, which one node has at a time, and not again within ten seconds. */
export class SweepTurn {
  readonly #shards: Shards
  readonly #id = randomUUID()

  constructor(shards: Shards) {
    this.#shards = shards
  }

  /** Whether it was got. Then `end` must be called. */
  async begin(now: number): Promise<boolean> {
    return (await this.#run(BEGIN, [now, RESOLUTION_MS, LEASE_MS])) === 1
  }

  /** Keeps it; false when it was lost, since too much time has passed. */
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
