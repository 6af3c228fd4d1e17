import type { Entry } from '../../../chat/log/entry.ts'
import { Refusal, type RefusalCode } from '../../../chat/refusal.ts'
import type {
  Appended,
  Draft,
  Extent,
  Follower,
  Following,
  FoundMessage,
  History,
  Page,
  RoomLog,
  StoredRoom,
} from '../../../chat/log/room-log.ts'
import { toEntry, toFields, toStanding, type StreamItem } from './entry-fields.ts'
import type { Epoch } from '../link/epoch.ts'
import type { Inspection } from './feed.ts'
import { Feeds } from './feeds.ts'
import { roomKeys } from '../keys.ts'
import { APPEND, HISTORY, IMPORT, INSPECT } from './log-scripts.ts'
import { RoomEpochs, type Reply } from './room-epochs.ts'
import { RoomList } from './room-list.ts'
import { runInRoom, writeInRoom } from './run-in-room.ts'
import type { Shards } from '../link/shards.ts'

/** Entries of an import that go in together: a script holds everybody up. What others say meanwhile comes between. */
const IMPORT_BATCH = 1000

export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000

/**
 * Room logs in Redis, one stream each. A script numbers and appends in one step, so there may be any number of nodes.
 * `endFeeds` must be called when the epoch changes, and `close` at the end.
 */
export class RedisRoomLog implements RoomLog {
  readonly #shards: Shards
  readonly #epochs: RoomEpochs
  readonly #feeds: Feeds
  readonly #list: RoomList

  /** `onGap` is called when the followers of a room have missed what is no longer kept, and so were ended. */
  constructor(shards: Shards, epoch: Epoch, onGap: (room: string) => void) {
    this.#shards = shards
    this.#epochs = new RoomEpochs(shards, epoch)
    this.#list = new RoomList(shards, this.#epochs)
    this.#feeds = new Feeds(shards, {
      read: (...args) => this.read(...args),
      inspect: (...args) => this.#inspect(...args),
      onLoss: () => epoch.renew(),
      onGap,
    })
  }

  async append(room: string, draft: Draft): Promise<Appended> {
    const once = draft.event === 'message' && draft.once ? `${draft.once.key} ${draft.once.sender}` : ''
    const rest = [once, KEY_LIFETIME_MS, ...toFields(draft)]
    const ofEpoch = draft.event === 'message' ? undefined : draft.epoch
    // Another node may know of an epoch that this one learns of by asking.
    if (ofEpoch !== undefined && ofEpoch !== this.#epochs.name) await this.extent(room)
    const [verdict, item, epoch] = await this.#epochs.add<StreamItem>(room, async ({ epoch, mayCreate }) => {
      if (ofEpoch !== undefined && ofEpoch !== epoch) throw new Refusal('unknown_message')
      const seen = this.#feeds.find(room)?.head ?? 0
      return writeInRoom(this.#shards, APPEND, room, [epoch, seen, Number(mayCreate), ...rest])
    })
    if (verdict !== 'new' && verdict !== 'known') throw new Refusal(verdict as RefusalCode)
    const entry = toEntry(room, item)
    const feed = this.#feeds.find(room)
    if (feed?.epoch === epoch) feed.add(entry)
    if (draft.event === 'message') this.#list.note(room)
    return { epoch, entry, isNew: verdict === 'new' }
  }

  async import(room: string, entries: Entry[]): Promise<void> {
    const numbers = new Map<number, string>()
    let begun: string | undefined
    for (let start = 0; start < entries.length; start += IMPORT_BATCH) {
      const batch = entries.slice(start, start + IMPORT_BATCH)
      for (const [index, { number }] of batch.entries()) numbers.set(number, `+${index + 1}`)
      const items = JSON.stringify(batch.map((entry) => [String(entry.at), ...toFields(entry, numbers)]))
      const [, head, epoch] = await this.#epochs.add<number>(
        room,
        async ({ epoch, mayCreate }): Promise<Reply<number>> => {
          // The batches before may be lost, and with them the messages that this one speaks of.
          if (epoch !== (begun ??= epoch)) throw new Refusal('store_unreachable', 1)
          return writeInRoom(this.#shards, IMPORT, room, [epoch, 0, Number(mayCreate), items])
        },
      )
      begun = epoch
      for (const [index, { number }] of batch.entries()) numbers.set(number, String(head + index + 1))
    }
    this.#list.note(room)
  }

  read(room: string, after: number, limit: number): Promise<Page> {
    const { log, state } = roomKeys(room)
    return this.#epochs.read(room, async () => {
      const connection = this.#shards.of(log)
      // The epoch is read last: while a room bears it, what was read before belongs to it.
      const [items, stamp] = await Promise.all([
        connection.send<StreamItem[]>(['XRANGE', log, `${after + 1}-0`, '+', 'COUNT', String(limit)]),
        connection.send<string | null>(['HGET', state, 'epoch']),
      ])
      const entries = items.map((item) => toEntry(room, item))
      return { entries: entries[0]?.number === after + 1 ? entries : [], stamp }
    })
  }

  extent(room: string): Promise<Extent> {
    const { state } = roomKeys(room)
    return this.#epochs.read(room, async () => {
      const [first, head, stamp] = await this.#shards
        .of(state)
        .send<(string | null)[]>(['HMGET', state, 'first', 'head', 'epoch'])
      return { first: Number(first ?? 1), head: Number(head ?? 0), stamp: stamp ?? null }
    })
  }

  history(room: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<History> {
    return this.#epochs.read(room, async () => {
      const [stamp, head, found] = await runInRoom<[string | null, number, [StreamItem, string | null][]]>(
        this.#shards,
        HISTORY,
        room,
        [before, limit + 1],
      )
      const messages = found.slice(0, limit).map(([item, standing]) => toStanding(room, item, standing)!)
      return { messages: messages.toReversed(), more: found.length > limit, head, stamp }
    })
  }

  message(room: string, number: number): Promise<FoundMessage> {
    const { log, standing, state } = roomKeys(room)
    return this.#epochs.read(room, async () => {
      const connection = this.#shards.of(log)
      const [items, now, stamp] = await Promise.all([
        connection.send<StreamItem[]>(['XRANGE', log, `${number}-0`, `${number}-0`]),
        connection.send<string | null>(['HGET', standing, String(number)]),
        connection.send<string | null>(['HGET', state, 'epoch']),
      ])
      return { message: items[0] && toStanding(room, items[0], now), stamp }
    })
  }

  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following> {
    return this.#feeds.follow(room, this.#epochs.name, follower, onReachable)
  }

  rooms(limit: number): Promise<StoredRoom[]> {
    return this.#list.newest(limit)
  }

  /** Ends whatever is followed. */
  endFeeds(): void {
    this.#feeds.endAll()
  }

  async close(): Promise<void> {
    this.endFeeds()
    await this.#list.close()
  }

  #inspect(room: string, number: number): Promise<Inspection> {
    return this.#epochs.read(room, async () => {
      const [stamp, head, headAt, at] = await runInRoom<[string | null, number, string, string]>(
        this.#shards,
        INSPECT,
        room,
        [number],
      )
      return { head, headAt: Number(headAt), at: at === '' ? undefined : Number(at), stamp }
    })
  }
}
