import type { Entry, StandingMessage } from '../../../chat/log/entry.ts'
import { eraseDeleted } from './erase-deleted.ts'
import { Refusal, type RefusalCode } from '../../../chat/refusal.ts'
import type {
  Appended,
  Draft,
  Extent,
  Follower,
  Following,
  FoundMessage,
  History,
  Once,
  Page,
  RoomLog,
  StoredRoom,
} from '../../../chat/log/room-log.ts'
import { toEntry, toParts, toStanding } from './entry-item.ts'
import type { Epoch } from '../link/epoch.ts'
import type { Inspection } from './feed.ts'
import { Feeds } from './feeds.ts'
import { fingerprintOf, KEY_LIFETIME_MS } from './once-key.ts'
import { APPEND, EXTENT, FIND, HISTORY, IMPORT, INSPECT, READ, SAID } from './log-scripts.ts'
import { RoomEpochs, type Reply } from './room-epochs.ts'
import { RoomList } from './room-list.ts'
import { runInRoom, writeInRoom, type Extended } from './run-in-room.ts'
import type { Secret } from '../secret.ts'
import type { Shards } from '../link/shards.ts'

/**
 * The entries of an import that one script adds. A script blocks all other clients of Redis, so an import needs
 * several; other clients may add entries between two of them.
 */
const IMPORT_BATCH = 1000

export interface RoomLogOptions {
  epoch: Epoch
  secret: Secret
  /** Called when a room's followers were ended because they missed entries that retention has dropped. */
  onGap: (room: string) => void
}

/**
 * Room logs in Redis, one list per room. A script numbers and appends an entry atomically, so any number of nodes can
 * write. The caller must call `endFeeds` when the epoch changes, and `close` at the end.
 */
export class RedisRoomLog implements RoomLog {
  readonly #shards: Shards
  readonly #secret: Secret
  readonly #epochs: RoomEpochs
  readonly #feeds: Feeds
  readonly #list: RoomList

  constructor(shards: Shards, { epoch, secret, onGap }: RoomLogOptions) {
    this.#shards = shards
    this.#secret = secret
    this.#epochs = new RoomEpochs(shards, epoch)
    this.#list = new RoomList(shards, this.#epochs)
    this.#feeds = new Feeds(shards, {
      parse: (...args) => this.#parse(...args),
      read: (...args) => this.read(...args),
      inspect: (...args) => this.#inspect(...args),
      onLoss: () => epoch.renew(),
      onGap,
    })
  }

  async append(room: string, draft: Draft): Promise<Appended> {
    const once = draft.event === 'message' && draft.once ? fingerprintOf(draft.once, this.#secret.pseudonyms) : ''
    const rest = [once, KEY_LIFETIME_MS, ...toParts(draft)]
    const ofEpoch = draft.event === 'message' ? undefined : draft.epoch
    // The draft's epoch may be newer than the one that this node knows; asking for the extent updates it.
    if (ofEpoch !== undefined && ofEpoch !== this.#epochs.name) await this.extent(room)
    const [verdict, item, epoch] = await this.#epochs.add<string>(room, async ({ epoch, mayCreate }) => {
      if (ofEpoch !== undefined && ofEpoch !== epoch) throw new Refusal('unknown_message')
      const seen = this.#feeds.find(room)?.head ?? 0
      for (;;) {
        const args = [epoch, seen, Number(mayCreate), ...rest]
        const reply = await writeInRoom<Reply<string>>(this.#shards, APPEND, room, args)
        if (reply[0] !== 'more') return reply
      }
    })
    if (verdict !== 'new' && verdict !== 'known') throw new Refusal(verdict as RefusalCode)
    const entry = this.#parse(room, item)
    const feed = this.#feeds.find(room)
    if (feed?.epoch === epoch) feed.add(entry)
    if (draft.event === 'message') this.#list.note(room)
    return { epoch, entry, isNew: verdict === 'new' }
  }

  async said(room: string, once: Once): Promise<Appended | undefined> {
    const { found, epoch } = await this.#epochs.read(room, async () => {
      const args = [fingerprintOf(once, this.#secret.pseudonyms), KEY_LIFETIME_MS]
      const [stamp, found] = await runInRoom<[string | null, string | null]>(this.#shards, SAID, room, args)
      return { stamp, found }
    })
    return found ? { epoch, entry: this.#parse(room, found), isNew: false } : undefined
  }

  async import(room: string, entries: Entry[]): Promise<void> {
    const left = eraseDeleted(room, entries)
    const numbers = new Map<number, string>()
    let begun: string | undefined
    for (let start = 0; start < left.length; start += IMPORT_BATCH) {
      const batch = left.slice(start, start + IMPORT_BATCH)
      for (const [index, { number }] of batch.entries()) numbers.set(number, `+${index + 1}`)
      const items = JSON.stringify(batch.map((entry) => [String(entry.at), ...toParts(entry, numbers)]))
      const [, head, epoch] = await this.#epochs.add<number>(
        room,
        async ({ epoch, mayCreate }): Promise<Reply<number>> => {
          // After a change of the epoch, earlier batches may be lost, with messages that this batch edits or deletes.
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
    return this.#epochs.read(room, async () => {
      const [stamp, items] = await runInRoom<[string | null, string[]]>(this.#shards, READ, room, [after, limit])
      return { entries: items.map((item) => this.#parse(room, item)), stamp }
    })
  }

  extent(room: string): Promise<Extent> {
    return this.#epochs.read(room, async () => {
      const [stamp, first, head] = await runInRoom<Extended>(this.#shards, EXTENT, room, [])
      return { first: Number(first), head: Number(head), stamp }
    })
  }

  history(room: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<History> {
    return this.#epochs.read(room, async () => {
      const [stamp, head, found] = await runInRoom<[string | null, string, [item: string, edit: string | null][]]>(
        this.#shards,
        HISTORY,
        room,
        [before, limit + 1],
      )
      const messages = found.slice(0, limit).map((message) => this.#parseStanding(room, ...message)!)
      return { messages: messages.toReversed(), more: found.length > limit, head: Number(head), stamp }
    })
  }

  message(room: string, number: number): Promise<FoundMessage> {
    return this.#epochs.read(room, async () => {
      const [stamp, item, edit] = await runInRoom<(string | null)[]>(this.#shards, FIND, room, [number])
      return { message: item ? this.#parseStanding(room, item, edit!) : undefined, stamp: stamp! }
    })
  }

  follow(room: string, follower: Follower, onReachable?: (isReachable: boolean) => void): Promise<Following> {
    return this.#feeds.follow(room, this.#epochs.name, follower, onReachable)
  }

  rooms(limit: number): Promise<StoredRoom[]> {
    return this.#list.newest(limit)
  }

  /** Ends all followers. Call it when the epoch changes. */
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

  #parse(room: string, item: string): Entry {
    return toEntry(room, item, (owner) => this.#secret.pseudonyms.author(owner))
  }

  #parseStanding(room: string, item: string, edit: string | null): StandingMessage | undefined {
    return toStanding(this.#parse(room, item), edit === null ? undefined : this.#parse(room, edit))
  }
}
