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
  /** Called after the epoch has changed. */
  onChange: () => void
  /** Called with a line for the operator's log. */
  onNotice: (line: string) => void
}

/**
 * Registers a server with its replication history. KEYS: epoch, servers, epoch-changed. ARGV: server id, history, 1 if
 * it survives restarts, 1 if it was promoted, a new epoch. The epoch stays when this history is registered already, or
 * when the server survived restarts both before and now; otherwise entries may be lost, and the new epoch is set.
 * Returns the epoch and the key of the server's marker.
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
  -- Servers that are registered within seconds of the first epoch belong to a new store, and have lost nothing.
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

/**
 * Sets a new epoch, unless another node already has. ARGV: the epoch that it replaces, the new one. Returns the epoch.
 */
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

/**
 * Updates a server's marker, unless another node already has. ARGV: the expected value (empty for none), the new one.
 */
const MARK = new Script(`
  if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
`)

const KEYS = [EPOCH.name, EPOCH.servers, EPOCH.changed]
const OLDEST_VERSION = 7
/** Milliseconds between two checks of all servers. */
const CHECK_MS = 2000
/** How many keys are tried to find one in a slot of a given server. Far more than any cluster has masters. */
const MOST_TRIES = 10_000

/**
 * The epoch of the logs, which all nodes share. A server that has lost entries would assign their numbers again, so the
 * epoch is changed before such a server is used, which invalidates all older cursors. Each server has a marker, a key
 * whose value is the epoch; when the marker is missing, the server has lost its entries too.
 *
 * Call `check` for every connection before anything else uses it. The epoch known here may be outdated for a moment:
 * each room stores the epoch of its newest entry, and a caller that finds a different one there must call `confirm`.
 */
export class Epoch {
  readonly #shards: Shards
  readonly #options: EpochOptions
  readonly #markers = new WeakMap<Connection, string>()
  readonly #reported = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #subscription: Subscription | undefined
  #name = ''
  /** The earlier epochs that this node knows. */
  readonly #past = new Set<string>()
  /** Warnings about the servers' settings, for the operator. */
  readonly warnings = new Set<string>()

  constructor(shards: Shards, options: EpochOptions) {
    this.#shards = shards
    this.#options = options
    this.#timer = setInterval(() => void this.#checkAll(), CHECK_MS).unref()
  }

  /** The epoch that this node knows; empty before the first `check`. */
  get name(): string {
    return this.#name
  }

  /**
   * Checks whether a server may be used, and changes the epoch if it may have lost entries. Rejects with a StoreError
   * when the server is unsuitable, and otherwise with the error of the command that failed.
   */
  async check(connection: Connection): Promise<void> {
    const { server } = connection
    if (Number.parseInt(server.version) < OLDEST_VERSION)
      throw new StoreError(`Redis is ${server.version}; it must be ${OLDEST_VERSION}.0 or newer`)
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

  /** Listens for epoch changes that other nodes make. */
  async follow(): Promise<void> {
    this.#subscription = await this.#shards.subscribe({
      channel: EPOCH.changed,
      // The message may be outdated when it arrives, so read the epoch again.
      onMessage: () => void this.confirm().catch(() => {}),
      onUp: async () => {},
    })
  }

  /** Reads the current epoch from Redis. Rejects with the Refusal `store_unreachable`. */
  async confirm(home = this.#shards.of(EPOCH.name)): Promise<void> {
    const name = await home.send<string | null>(['GET', EPOCH.name])
    // The epoch itself was lost; the next check of the servers sets a new one.
    if (name === null) throw new Refusal('store_unreachable', 1)
    await this.#learn(name, home)
  }

  /**
   * Call it before the first entry of a room is written: the room may be empty only because its server lost its data.
   */
  async confirmIntact(connection: Connection): Promise<void> {
    const marker = this.#markers.get(connection)
    const isHere = marker !== undefined && this.#shards.isOn(marker, connection)
    if (isHere && (await connection.send<string | null>(['GET', marker])) === this.#name) return
    await this.check(connection)
  }

  /** Sets a new epoch. Call it when entries are found to be lost. */
  async renew(home = this.#shards.of(EPOCH.name)): Promise<void> {
    await this.#learn(await home.run<string>(RENEW, KEYS, [this.#name, newEpoch()]), home)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#subscription?.end()
  }

  /** Checks and updates a server's marker. `known` is the key of the marker; empty when the server has none yet. */
  async #checkMarker(connection: Connection, home: Connection, id: string, known: string): Promise<void> {
    const isKnown = known !== '' && this.#shards.isOn(known, connection)
    const marker = isKnown ? known : this.#findMarker(connection, id)
    const epoch = await connection.send<string | null>(['GET', marker])
    if (epoch === null && isKnown) await this.renew(home)
    // The node that wrote the marker may know a newer epoch.
    else if (epoch !== null && epoch !== this.#name) await this.confirm(home)
    if (epoch !== this.#name) await connection.run(MARK, [marker], [epoch ?? '', this.#name])
    if (!isKnown) await home.send(['HSET', EPOCH.servers, `${id} marker`, marker])
    this.#markers.set(connection, marker)
  }

  /** Finds a key in a slot of this server. Throws a StoreError when the server has no slots. */
  #findMarker(connection: Connection, id: string): string {
    for (let n = 0; n < MOST_TRIES; n++) {
      const key = markerKey(id, n)
      if (this.#shards.isOn(key, connection)) return key
    }
    throw new StoreError('this server of the Redis cluster has no slots')
  }

  /**
   * Adopts the stored epoch. If an earlier epoch comes back, Redis has lost the later one, so a new epoch must be set.
   */
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
        this.#reported.clear()
      } catch (error) {
        this.#report(connection, error)
      }
    }
  }

  /** Reports why a check failed, each reason once; except unreachable servers, which their Link reports. */
  #report({ address }: Connection, error: unknown): void {
    const line = `Redis at ${nameOf(address)} cannot be checked: ${reasonOf(error)}`
    if (isUnreachable(error) || this.#reported.has(line)) return
    this.#reported.add(line)
    this.#options.onNotice(line)
  }
}

async function idOf(connection: Connection, { isCluster }: Server): Promise<string> {
  return isCluster ? connection.send<string>(['CLUSTER', 'MYID']) : 'redis'
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
