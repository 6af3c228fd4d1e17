import type { Store } from '../../chat/store.ts'
import type { RetentionOptions } from '../retention-options.ts'
import { Epoch } from './link/epoch.ts'
import { EPOCH, SESSIONS } from './keys.ts'
import { migrateRooms } from './migration/migrate-rooms.ts'
import { RedisNeighbours } from './people/neighbours.ts'
import { Retention } from './log/retention.ts'
import { KEY_LIFETIME_MS } from './log/once-key.ts'
import { RedisRoomLog } from './log/room-log.ts'
import { rekeyNames } from './sessions/rekey-names.ts'
import { RedisSessionStore } from './sessions/session-store.ts'
import { Secret } from './secret.ts'
import { Shards } from './link/shards.ts'

export interface RedisOptions extends RetentionOptions {
  /** Where the server is, or some of the servers of a cluster. */
  urls: string[]
  /** Milliseconds after which a session that is not used is over. */
  nameLifetimeMs: number
  /** How many replicas must have an entry before it counts as appended. */
  replicas?: number
  /** Milliseconds after its last sign of life at which a node counts as gone. */
  leaseMs?: number
  /** Called with what the operator should know of, in a line. */
  onNotice?: (line: string) => void
}

/** The store that many nodes share. Rejects with a StoreError when there is no server that will do. */
export async function openRedisStore(options: RedisOptions): Promise<Store> {
  const { urls, nameLifetimeMs, replicas = 0, leaseMs = 10_000, onNotice = () => {}, ...retention } = options
  const shards: Shards = new Shards({ urls, replicas, check: (connection) => epoch.check(connection), onNotice })
  const epoch = new Epoch(shards, { onChange: onNewEpoch, onNotice })
  const secret = new Secret(shards)
  const log = new RedisRoomLog(shards, { epoch, secret, onGap })
  const sessions = new RedisSessionStore(shards, nameLifetimeMs)
  const neighbours = new RedisNeighbours(shards, leaseMs, onNotice)
  const retained = new Retention(shards, retention, KEY_LIFETIME_MS)

  function onGap(room: string): void {
    onNotice(`the streams of room ${JSON.stringify(room)} begin anew: so much was missed that it is no longer kept`)
  }

  function onNewEpoch(): void {
    onNotice('every stream begins anew: Redis may have lost something, so the logs have a new epoch')
    log.endFeeds()
    // What cannot be asked now is asked at the next sweep.
    secret.open().catch(() => {})
  }

  /** The one clock of the store. A node's own may be wrong, and would drop what the others still keep. */
  async function serverTime(): Promise<number> {
    const [seconds, microseconds] = await shards.of(SESSIONS.sessions).send<[string, string]>(['TIME'])
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
  }

  async function close(): Promise<void> {
    await neighbours.close()
    await log.close()
    epoch.close()
    sessions.close()
    shards.close()
  }

  try {
    await shards.open(EPOCH.name)
    await secret.open()
    await migrateRooms(shards, { pseudonyms: secret.pseudonyms, onNotice })
    await rekeyNames(shards)
    await Promise.all([epoch.follow(), sessions.follow(), neighbours.start()])
  } catch (error) {
    await close()
    throw error
  }
  return {
    log,
    sessions,
    neighbours,
    get pseudonyms() {
      return secret.pseudonyms
    },
    warnings: [...epoch.warnings],
    async sweep(now) {
      await secret.open()
      await retained.sweep(now ?? (await serverTime()))
      await sessions.expire()
    },
    close,
  }
}
