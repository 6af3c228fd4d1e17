import type { Entry, StandingMessage } from '../../../chat/log/entry.ts'
import { Refusal, type RefusalCode } from '../../../chat/refusal.ts'
import type {
  Appended,
  Draft,
  Extent,
  Follower,
  Following,
  History,
  RoomLog,
  StoredRoom,
} from '../../../chat/log/room-log.ts'
import { toEntry, toFields, toStanding, type StreamItem } from './entry-fields.ts'
import type { Epoch } from '../link/epoch.ts'
import { Feeds } from './feeds.ts'
import { roomKeys } from '../keys.ts'
import { APPEND, HISTORY, IMPORT } from './log-scripts.ts'
import { RoomList } from './room-list.ts'
import type { Replication } from '../link/replication.ts'
import { runInRoom, runOn } from './run-in-room.ts'
import type { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** Entries of an import that go in together: a script holds everybody up. What others say meanwhile comes between. */
const IMPORT_BATCH = 1000

export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000

/** Room logs in Redis, one stream each. A script numbers and appends in one step, so there may be any number of nodes. */
export class RedisRoomLog implements RoomLog {
  readonly #shards: Shards
  readonly #epoch: Epoch
  readonly #feeds: Feeds
  readonly #list: RoomList
  readonly #replication: Replication

  /** `onGap` is called when a room cannot be followed on from where it was. */
  constructor(shards: Shards, epoch: Epoch, replication: Replication, onGap: () => void) {
    this.#shards = shards
    this.#epoch = epoch
    this.#replication = replication
    this.#list = new RoomList(shards)
    this.#feeds = new Feeds(shards, { read: (...args) => this.read(...args), onLoss: () => epoch.renew(), onGap })
  }

  get epoch(): string {
    return this.#epoch.name
  }

  async append(room: string, draft: Draft): Promise<Appended> {
    const once = draft.event === 'message' && draft.once ? `${draft.once.key} ${draft.once.sender}` : ''
    const connection = this.#shards.of(roomKeys(room).log)
    const [[verdict, item]] = await Promise.all([
      runOn<[string, StreamItem]>(connection, APPEND, room, [once, KEY_LIFETIME_MS, ...toFields(draft)]),
      draft.event === 'message' && this.#list.note(room),
    ])
    if (verdict !== 'new' && verdict !== 'known') throw new Refusal(verdict as RefusalCode)
    const entry = toEntry(room, item)
    this.#feeds.find(room)?.take(entry)
    await this.#replication.settle(connection)
    return { entry, isNew: verdict === 'new' }
  }

  async import(room: string, entries: Entry[]): Promise<void> {
    await this.#list.note(room)
    const numbers = new Map<number, string>()
    for (let start = 0; start < entries.length; start += IMPORT_BATCH) {
      const batch = entries.slice(start, start + IMPORT_BATCH)
      for (const [index, { number }] of batch.entries()) numbers.set(number, `+${index + 1}`)
      const items = batch.map((entry) => [String(entry.at), ...toFields(entry, numbers)])
      const head = await this.#run<number>(IMPORT, room, [JSON.stringify(items)])
      for (const [index, { number }] of batch.entries()) numbers.set(number, String(head + index + 1))
    }
  }

  async read(room: string, after: number, limit: number): Promise<Entry[]> {
    const { log } = roomKeys(room)
    const items = await this.#shards
      .of(log)
      .send<StreamItem[]>(['XRANGE', log, `${after + 1}-0`, '+', 'COUNT', String(limit)])
    const entries = items.map((item) => toEntry(room, item))
    return entries[0]?.number === after + 1 ? entries : []
  }

  async extent(room: string): Promise<Extent> {
    const { state } = roomKeys(room)
    const [first, head] = await this.#shards.of(state).send<(string | null)[]>(['HMGET', state, 'first', 'head'])
    return { first: Number(first ?? 1), head: Number(head ?? 0) }
  }

  async history(room: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<History> {
    const [head, found] = await this.#run<[number, [StreamItem, string | null][]]>(HISTORY, room, [before, limit + 1])
    const messages = found.slice(0, limit).map(([item, standing]) => toStanding(room, item, standing)!)
    return { messages: messages.toReversed(), more: found.length > limit, head }
  }

  async message(room: string, number: number): Promise<StandingMessage | undefined> {
    const { log, standing } = roomKeys(room)
    const connection = this.#shards.of(log)
    const [items, now] = await Promise.all([
      connection.send<StreamItem[]>(['XRANGE', log, `${number}-0`, `${number}-0`]),
      connection.send<string | null>(['HGET', standing, String(number)]),
    ])
    return items[0] && toStanding(room, items[0], now)
  }

  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following> {
    return this.#feeds.follow(room, follower, onReachable)
  }

  rooms(limit: number): Promise<StoredRoom[]> {
    return this.#list.newest(limit)
  }

  /** Forgets what was followed: nobody follows any more, and whoever does so again begins anew. */
  restart(): void {
    this.#feeds.clear()
  }

  #run<T>(script: Script, room: string, args: (string | number)[]): Promise<T> {
    return runInRoom(this.#shards, script, room, args)
  }
}
