import { randomInt } from 'node:crypto'
import { StoreError } from '../../store-error.ts'
import type { Connection } from './connection.ts'
import { checkDurability } from './durability.ts'
import { EPOCH } from '../keys.ts'
import { Script } from './script.ts'
import type { Server } from './server.ts'
import type { Shards } from './shards.ts'
import type { Subscription } from './subscription.ts'

/**
 * Makes a server known, in one of its lives. The logs keep their name when it was known in this life, or when it has
 * restarted and lost nothing by it, before and now; else they get the new one, as nobody can tell what was lost.
 */
const REGISTER = new Script(`
  local epoch = redis.call('GET', KEYS[1])
  local now = tonumber(redis.call('TIME')[1])
  if not epoch then
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[2], 'since', now)
    epoch = ARGV[5]
    redis.call('SET', KEYS[1], epoch)
    redis.call('SPUBLISH', KEYS[3], epoch)
  end
  local known = redis.call('HGET', KEYS[2], ARGV[1])
  local same, kept = known == ARGV[2] .. ' 1' or known == ARGV[2] .. ' 0', known and known:sub(-1) == '1' and ARGV[3] == '1'
  -- The servers of a new log have lost nothing of it.
  local new = not known and ARGV[4] == '0' and now - (redis.call('HGET', KEYS[2], 'since') or 0) < 10
  if not (same or kept or new) then
    epoch = ARGV[5]
    redis.call('SET', KEYS[1], epoch)
    redis.call('SPUBLISH', KEYS[3], epoch)
  end
  local now_known = ARGV[2] .. ' ' .. ARGV[3]
  if known ~= now_known then redis.call('HSET', KEYS[2], ARGV[1], now_known) end
  return epoch
`)

/** Gives the logs a new name, unless somebody else has. */
const RENEW = new Script(`
  local epoch = redis.call('GET', KEYS[1])
  if epoch ~= ARGV[1] then return epoch or '' end
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('SPUBLISH', KEYS[2], ARGV[2])
  return ARGV[2]
`)

const OLDEST_VERSION = 7
/** Milliseconds between two looks at whether the servers are still what they were taken for. */
const LOOK_MS = 2000

/**
 * The name of the logs, which all nodes share. A server that may have lost entries would give their numbers again, to
 * others; so before it is used the logs get another name, under which no cursor of before is good.
 */
export class Epoch {
  readonly #shards: Shards
  readonly #onChange: () => void
  readonly #watch: NodeJS.Timeout
  #subscription: Subscription | undefined
  #name = ''
  /** What the operator should know of the servers. */
  readonly warnings = new Set<string>()

  /** Calls `onChange` when the logs have another name than before. */
  constructor(shards: Shards, onChange: () => void) {
    this.#shards = shards
    this.#onChange = onChange
    this.#watch = setInterval(() => void this.#look(), LOOK_MS).unref()
  }

  get name(): string {
    return this.#name
  }

  /** Looks at a server before it is used. Rejects when it cannot be, with a StoreError when it never can. */
  async check(connection: Connection): Promise<void> {
    const { server } = connection
    if (Number.parseInt(server.version) < OLDEST_VERSION)
      throw new StoreError(`Redis is ${server.version}; ${OLDEST_VERSION}.0 is the oldest that will do`)
    if (!server.isMaster || server.isLoading) throw new StoreError('Redis is a replica, or is loading its data')
    const { survivesRestart, warnings } = await checkDurability(connection)
    for (const warning of warnings) this.warnings.add(warning)
    const home = this.#shards.isOn(EPOCH.name, connection) ? connection : this.#shards.of(EPOCH.name)
    const keeps = survivesRestart && !server.hasReplicas && !server.wasPromoted
    const name = await home.run<string>(
      REGISTER,
      [EPOCH.name, EPOCH.servers, EPOCH.changed],
      [await idOf(connection, server), server.history, Number(keeps), Number(server.wasPromoted), newEpoch()],
    )
    this.#adopt(name)
  }

  /** Hears of it when another node finds that the logs need another name. */
  async follow(): Promise<void> {
    this.#subscription = await this.#shards.subscribe({
      channel: EPOCH.changed,
      onMessage: (name) => this.#adopt(name),
      onUp: async () => {},
    })
  }

  /** Entries that were there are gone. */
  async renew(): Promise<void> {
    const home = this.#shards.of(EPOCH.name)
    const name = await home.run<string>(RENEW, [EPOCH.name, EPOCH.changed], [this.#name, newEpoch()])
    if (name !== '') this.#adopt(name)
  }

  close(): void {
    clearInterval(this.#watch)
    this.#subscription?.end()
  }

  #adopt(name: string): void {
    const isFirst = this.#name === ''
    if (name === this.#name) return
    this.#name = name
    if (!isFirst) this.#onChange()
  }

  async #look(): Promise<void> {
    for (const connection of this.#shards) await this.check(connection).catch(() => {})
  }
}

async function idOf(connection: Connection, { isCluster }: Server): Promise<string> {
  return isCluster ? connection.send<string>(['CLUSTER', 'MYID']) : 'redis'
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
