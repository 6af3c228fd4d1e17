import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { Entry } from '../../chat/log/entry.ts'
import { newEntry, renumber } from '../../chat/log/new-entry.ts'
import { Refusal } from '../../chat/refusal.ts'
import type {
  Appended,
  DeletionDraft,
  Draft,
  EditDraft,
  Extent,
  Follower,
  Following,
  FoundMessage,
  History,
  MessageDraft,
  Page,
  RoomLog,
  StoredRoom,
} from '../../chat/log/room-log.ts'
import { storeText, toEntry, toStanding, type EntryRow } from './entry-row.ts'
import type { Clock } from './clock.ts'
import type { GroupCommit } from './group-commit.ts'
import { prepareAll } from './prepare.ts'
import { RoomStates, type RoomState } from './room-states.ts'
import { STATEMENTS } from './statements.ts'

const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000
/** Keys that one step drops at the most. */
const KEYS_DROPPED = 100

type Statements = Record<keyof typeof STATEMENTS, StatementSyncInstance>

/**
 * Room logs in one SQLite file. This process is its only writer, so what it has committed is all there is to follow, and
 * the epoch stays the same while the file is open. It must be closed before the file is.
 */
export class SqliteRoomLog implements RoomLog {
  readonly #epoch: string
  readonly #sql: Statements
  readonly #commit: GroupCommit
  readonly #clock: Clock
  readonly #states: RoomStates
  /** The followers of each room, and what ends each of them. */
  readonly #followers = new Map<string, Map<Follower, () => void>>()
  /** What the transaction under way has added, by room. */
  #added = new Map<string, Entry[]>()

  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, clock: Clock) {
    this.#epoch = (sql.prepare('SELECT epoch FROM meta').get() as { epoch: string }).epoch
    this.#sql = prepareAll(sql, STATEMENTS)
    this.#states = new RoomStates(this.#sql.room)
    this.#commit = commit
    this.#clock = clock
    commit.onCommit(() => this.#tellFollowers())
    commit.onRollback(() => this.#forget())
  }

  append(room: string, draft: Draft): Promise<Appended> {
    return this.#commit.run(() => this.#append(room, draft))
  }

  import(room: string, entries: Entry[]): Promise<void> {
    return this.#commit.run(() => this.#import(room, entries))
  }

  async read(room: string, after: number, limit: number): Promise<Page> {
    const state = this.#states.find(room)
    if (!state || after + 1 < state.first) return { epoch: this.#epoch, entries: [] }
    const rows = this.#sql.read.all(state.id, after, limit) as EntryRow[]
    return { epoch: this.#epoch, entries: rows.map((row) => toEntry(room, row)) }
  }

  async extent(room: string): Promise<Extent> {
    const { first, head } = this.#states.find(room) ?? { first: 1, head: 0 }
    return { epoch: this.#epoch, first, head }
  }

  async history(room: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<History> {
    const state = this.#states.find(room)
    if (!state) return { epoch: this.#epoch, messages: [], more: false, head: 0 }
    const rows = this.#sql.history.all(state.id, before, limit + 1) as EntryRow[]
    const messages = rows.slice(0, limit).map((row) => toStanding(room, row))
    return { epoch: this.#epoch, messages: messages.toReversed(), more: rows.length > limit, head: state.head }
  }

  async message(room: string, number: number): Promise<FoundMessage> {
    const state = this.#states.find(room)
    const row = state && this.#message(state, number)
    const message = row && row.deleted_at === null ? toStanding(room, row) : undefined
    return { epoch: this.#epoch, message }
  }

  async follow(room: string, follower: Follower): Promise<Following> {
    let followers = this.#followers.get(room)
    if (!followers) this.#followers.set(room, (followers = new Map()))
    let stop = (): void => {}
    const ended = new Promise<void>((resolve) => {
      stop = () => {
        followers.delete(follower)
        if (followers.size === 0 && this.#followers.get(room) === followers) this.#followers.delete(room)
        resolve()
      }
    })
    followers.set(follower, stop)
    return { epoch: this.#epoch, head: this.#states.find(room)?.head ?? 0, ended, stop }
  }

  async rooms(limit: number): Promise<StoredRoom[]> {
    return this.#sql.newestRooms.all(this.#epoch, limit) as StoredRoom[]
  }

  /** Ends whatever is followed. */
  close(): void {
    for (const followers of this.#followers.values()) for (const stop of followers.values()) stop()
  }

  /** Drops the entries before entry `first`. Only to be called within a commit. */
  drop(room: string, first: number): void {
    const state = this.#states.find(room)
    if (!state) return
    this.#sql.drop.run(state.id, first)
    this.#sql.setFirst.run(first, state.id)
    state.first = first
  }

  /** Drops some of the keys that have had their time; false when there are no more. Only to be called within a commit. */
  dropKeys(now: number): boolean {
    return this.#sql.dropKeys.run(now - KEY_LIFETIME_MS, KEYS_DROPPED).changes === KEYS_DROPPED
  }

  #append(room: string, draft: Draft): Appended {
    const state = this.#states.find(room) ?? this.#create(room, draft)
    const known = draft.event === 'message' && this.#saidBefore(state, room, draft)
    if (known) return { epoch: this.#epoch, entry: known, isNew: false }
    if (draft.event !== 'message') this.#checkOwner(state, draft)
    const entry = newEntry(room, state.head + 1, Date.now(), draft)
    this.#add(room, state, entry, draft.owner)
    if (draft.event === 'message' && draft.once)
      this.#sql.addKey.run(state.id, draft.once.sender, draft.once.key, entry.number, this.#clock.now())
    return { epoch: this.#epoch, entry, isNew: true }
  }

  #import(room: string, entries: Entry[]): void {
    const state = this.#states.find(room) ?? this.#create(room)
    for (const entry of renumber(room, entries, state.head + 1)) this.#add(room, state, entry, null)
  }

  #add(room: string, state: RoomState, entry: Entry, owner: string | null): void {
    const { number, at } = entry
    switch (entry.event) {
      case 'message': {
        const { name, text, guest } = entry
        this.#sql.addMessage.run(state.id, number, name, storeText(text), Number(guest), owner, at)
        break
      }
      case 'edited': {
        const { message, name, text } = entry
        this.#sql.addChange.run(state.id, number, 'edited', message, name, storeText(text), at)
        this.#sql.edit.run(storeText(text), at, state.id, message)
        break
      }
      case 'deleted': {
        const { message, name } = entry
        this.#sql.addChange.run(state.id, number, 'deleted', message, name, null, at)
        this.#sql.delete.run(at, state.id, message)
        break
      }
    }
    state.head = number
    this.#sql.setHead.run(number, at, state.id)
    const added = this.#added.get(room)
    if (added) added.push(entry)
    else this.#added.set(room, [entry])
  }

  #saidBefore(state: RoomState, room: string, { once }: MessageDraft): Entry | undefined {
    if (!once) return undefined
    const row = this.#sql.findByKey.get(state.id, once.sender, once.key, this.#clock.now() - KEY_LIFETIME_MS)
    return row && toEntry(room, row as EntryRow)
  }

  #checkOwner(state: RoomState, { epoch, message, owner }: EditDraft | DeletionDraft): void {
    const row = this.#message(state, message)
    if (!row || epoch !== this.#epoch) throw new Refusal('unknown_message')
    if (row.deleted_at !== null) throw new Refusal('message_deleted')
    if (row.owner !== owner) throw new Refusal('not_your_message')
  }

  #message(state: RoomState, number: number): EntryRow | undefined {
    return this.#sql.message.get(state.id, number) as EntryRow | undefined
  }

  #create(room: string, draft?: Draft): RoomState {
    if (draft && draft.event !== 'message') throw new Refusal('unknown_message')
    this.#sql.addRoom.run(room)
    return this.#states.find(room)!
  }

  #tellFollowers(): void {
    const added = this.#added
    this.#added = new Map()
    for (const [room, entries] of added) {
      for (const follower of this.#followers.get(room)?.keys() ?? []) follower(entries)
    }
  }

  #forget(): void {
    this.#added.clear()
    this.#states.forget()
  }
}
