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
  /** The address of the server, or of some servers of a cluster. */
  urls: string[]
  /** Milliseconds without use after which a session expires. */
  nameLifetimeMs: number
  /** How many replicas must confirm an entry before `append` resolves. */
  replicas?: number
  /** Milliseconds after which a node that no longer renews its lease counts as dead. */
  leaseMs?: number
  /** Called with a line for the operator's log. */
  onNotice?: (line: string) => void
}

/** Opens the store that several nodes share. Rejects with a StoreError when no suitable server can be reached. */
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
    // If this fails, the next sweep opens the secret again.
    secret.open().catch(() => {})
  }

  /** The server's time, which all nodes use: a node with a wrong clock would drop entries too early. */
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
