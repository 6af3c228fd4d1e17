import { randomInt } from 'node:crypto'
import { isUnreachable, Refusal } from '../../../chat/refusal.ts'
import { StoreError } from '../../store-error.ts'
import type { Connection } from './connection.ts'
import { checkDurability } from './durability.ts'
import { EPOCH, markerKey } from '../keys.ts'
import { reasonOf } from './reason.ts'
import { Script } from './script.ts'
import type { Server } from './server.ts'
import type { Shards } from './shards.ts'
import type { Subscription } from './subscription.ts'
import { nameOf } from './topology.ts'

export interface EpochOptions {
  /** Called when the logs have another name than before. */
  onChange: () => void
  /** Called with what the operator should know of, in a line. */
  onNotice: (line: string) => void
}

/**
 * Makes a server known, in one of its lives. The logs keep their name when it was known in this life, or when it has
 * restarted and lost nothing by it, before and now; else they get the new one, as nobody can tell what was lost. Answers
 * with the name, and with the key of the server's marker.
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
  return { epoch, redis.call('HGET', KEYS[2], ARGV[1] .. ' marker') or '' }
`)

/** Gives the logs a new name, unless somebody else has. */
const RENEW = new Script(`
  local epoch = redis.call('GET', KEYS[1])
  if epoch and epoch ~= ARGV[1] then return epoch end
  if not epoch then
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[2], 'since', redis.call('TIME')[1])
  end
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('SPUBLISH', KEYS[3], ARGV[2])
  return ARGV[2]
`)

/** Gives a server's marker another value, unless somebody else has. ARGV: the value that it had, empty for none; the new one. */
const MARK = new Script(`
  if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
`)

const KEYS = [EPOCH.name, EPOCH.servers, EPOCH.changed]
const OLDEST_VERSION = 7
/** Milliseconds between two looks at whether the servers are still what they were taken for. */
const CHECK_MS = 2000
/** Keys that are tried for one that is on a server. A cluster with so many masters does not exist. */
const MOST_TRIES = 10_000

/**
 * The name of the logs, which all nodes share. A server that may have lost entries would give their numbers again, to
 * others; so before it is used the logs get another name, under which no cursor of before is good. On each server is a
 * marker, a key whose value is the epoch; when the marker is gone, so are the entries that were with it. Every connection
 * must be checked before anything else uses it. What this node knows may be out of date for a moment: each room bears
 * the epoch of its newest entry, and whoever finds another there than here must call `confirm`.
 */
export class Epoch {
  readonly #shards: Shards
  readonly #options: EpochOptions
  readonly #markers = new WeakMap<Connection, string>()
  readonly #told = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #subscription: Subscription | undefined
  #name = ''
  /** The names that the logs had before, as far as this node has heard. */
  readonly #past = new Set<string>()
  /** What the operator should know of the servers. */
  readonly warnings = new Set<string>()

  constructor(shards: Shards, options: EpochOptions) {
    this.#shards = shards
    this.#options = options
    this.#timer = setInterval(() => void this.#checkAll(), CHECK_MS).unref()
  }

  /** The epoch as far as it is known here; empty before the first server was checked. */
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
    const id = await idOf(connection, server)
    const [name, marker] = await home.run<[string, string]>(REGISTER, KEYS, [
      id,
      server.history,
      Number(keeps),
      Number(server.wasPromoted),
      newEpoch(),
    ])
    await this.#learn(name, home)
    await this.#checkMarker(connection, home, id, marker)
  }

  /** Learns of it when another node finds that the logs need another name. */
  async follow(): Promise<void> {
    this.#subscription = await this.#shards.subscribe({
      channel: EPOCH.changed,
      // The message may come later than the answer that told of the epoch after it.
      onMessage: () => void this.confirm().catch(() => {}),
      onUp: async () => {},
    })
  }

  /** Asks which epoch it is now. */
  async confirm(home = this.#shards.of(EPOCH.name)): Promise<void> {
    const name = await home.send<string | null>(['GET', EPOCH.name])
    // Nobody knows until the servers were checked again.
    if (name === null) throw new Refusal('store_unreachable', 1)
    await this.#learn(name, home)
  }

  /** To be called before a room gets its first entry: its server may have forgotten that it had others. */
  async confirmIntact(connection: Connection): Promise<void> {
    const marker = this.#markers.get(connection)
    const isHere = marker !== undefined && this.#shards.isOn(marker, connection)
    if (isHere && (await connection.send<string | null>(['GET', marker])) === this.#name) return
    await this.check(connection)
  }

  /** Entries that were there are gone. */
  async renew(home = this.#shards.of(EPOCH.name)): Promise<void> {
    await this.#learn(await home.run<string>(RENEW, KEYS, [this.#name, newEpoch()]), home)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#subscription?.end()
  }

  /** `known` is the key of its marker; empty when it has had none. */
  async #checkMarker(connection: Connection, home: Connection, id: string, known: string): Promise<void> {
    const isKnown = known !== '' && this.#shards.isOn(known, connection)
    const marker = isKnown ? known : this.#findMarker(connection, id)
    const epoch = await connection.send<string | null>(['GET', marker])
    if (epoch === null && isKnown) await this.renew(home)
    // Whoever wrote it may know of a newer epoch than this node does.
    else if (epoch !== null && epoch !== this.#name) await this.confirm(home)
    if (epoch !== this.#name) await connection.run(MARK, [marker], [epoch ?? '', this.#name])
    if (!isKnown) await home.send(['HSET', EPOCH.servers, `${id} marker`, marker])
    this.#markers.set(connection, marker)
  }

  /** A key that is on the server. */
  #findMarker(connection: Connection, id: string): string {
    for (let n = 0; n < MOST_TRIES; n++) {
      const key = markerKey(id, n)
      if (this.#shards.isOn(key, connection)) return key
    }
    throw new StoreError('Redis has none of the slots of its cluster')
  }

  /** A name that comes back means that the one after it was lost: ids of both have been given. */
  async #learn(stored: string, home: Connection): Promise<void> {
    let name = stored
    while (this.#past.has(name)) name = await home.run<string>(RENEW, KEYS, [name, newEpoch()])
    if (name === this.#name) return
    const isFirst = this.#name === ''
    this.#past.add(this.#name)
    this.#name = name
    if (!isFirst) this.#options.onChange()
  }

  async #checkAll(): Promise<void> {
    for (const connection of this.#shards) {
      try {
        await this.check(connection)
        this.#told.clear()
      } catch (error) {
        this.#report(connection, error)
      }
    }
  }

  /** A server that cannot be reached is reported by its link. */
  #report({ address }: Connection, error: unknown): void {
    const line = `Redis at ${nameOf(address)} cannot be checked: ${reasonOf(error)}`
    if (isUnreachable(error) || this.#told.has(line)) return
    this.#told.add(line)
    this.#options.onNotice(line)
  }
}

async function idOf(connection: Connection, { isCluster }: Server): Promise<string> {
  return isCluster ? connection.send<string>(['CLUSTER', 'MYID']) : 'redis'
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
