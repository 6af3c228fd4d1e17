import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { Entry } from '../../chat/log/entry.ts'
import { newEntry, renumber } from '../../chat/log/new-entry.ts'
import type { Pseudonyms } from '../../chat/log/pseudonyms.ts'
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
  Once,
  Page,
  RoomLog,
  StoredRoom,
} from '../../chat/log/room-log.ts'
import { storeText, toEntry, toStanding, type EntryRow } from './entry-row.ts'
import type { Clock } from './clock.ts'
import { Erasure } from './erasure/erasure.ts'
import type { Scrubber } from './erasure/scrubber.ts'
import type { GroupCommit } from './group-commit.ts'
import { prepareAll } from './prepare.ts'
import { RoomStates, type RoomState } from './room-states.ts'
import { STATEMENTS } from './statements.ts'

const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000
/** The most keys that one step drops. */
const KEYS_DROPPED = 100

type Statements = Record<keyof typeof STATEMENTS, StatementSyncInstance>

/** The parts of the store that the logs use. */
export interface SqliteLogParts {
  clock: Clock
  pseudonyms: Pseudonyms
  scrubber: Scrubber
}

/**
 * Room logs in one SQLite file. This process is the only writer, so followers get exactly the entries that it commits,
 * and the epoch never changes while the file is open. The caller must call `close` before it closes the database.
 */
export class SqliteRoomLog implements RoomLog {
  readonly #epoch: string
  readonly #sql: Statements
  readonly #commit: GroupCommit
  readonly #pseudonyms: Pseudonyms
  readonly #scrubber: Scrubber
  readonly #clock: Clock
  readonly #states: RoomStates
  readonly #erasure: Erasure
  /** By room: its followers, each with the function that ends it. */
  readonly #followers = new Map<string, Map<Follower, () => void>>()
  /** By room: the entries that the current transaction has added. */
  #added = new Map<string, Entry[]>()

  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, { clock, pseudonyms, scrubber }: SqliteLogParts) {
    this.#epoch = (sql.prepare('SELECT epoch FROM meta').get() as { epoch: string }).epoch
    this.#sql = prepareAll(sql, STATEMENTS)
    this.#states = new RoomStates(this.#sql.room)
    this.#erasure = new Erasure(this.#sql, scrubber)
    this.#commit = commit
    this.#pseudonyms = pseudonyms
    this.#scrubber = scrubber
    this.#clock = clock
    commit.onCommit(() => this.#tellFollowers())
    commit.onRollback(() => this.#forget())
  }

  append(room: string, draft: Draft): Promise<Appended> {
    return draft.event === 'deleted' ? this.#delete(room, draft) : this.#commit.run(() => this.#append(room, draft))
  }

  async said(room: string, once: Once): Promise<Appended | undefined> {
    const state = this.#states.find(room)
    const entry = state && this.#said(state, room, once)
    return entry && { epoch: this.#epoch, entry, isNew: false }
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

  /** Ends all followers. */
  close(): void {
    for (const followers of this.#followers.values()) for (const stop of followers.values()) stop()
  }

  /** Drops the entries before entry `first`. Call it within a commit. */
  drop(room: string, first: number): void {
    const state = this.#states.find(room)
    if (!state) return
    this.#sql.drop.run(state.id, first)
    this.#sql.setFirst.run(first, state.id)
    this.#scrubber.scrubSoon()
    state.first = first
  }

  /** Drops a batch of expired idempotency keys; false when there are no more. Call it within a commit. */
  dropKeys(now: number): boolean {
    return this.#sql.dropKeys.run(now - KEY_LIFETIME_MS, KEYS_DROPPED).changes === KEYS_DROPPED
  }

  async #delete(room: string, draft: DeletionDraft): Promise<Appended> {
    while (this.#hasMoreEdits(room, draft)) await this.#commit.run(() => this.#eraseOldEdits(room, draft))
    return this.#commit.run(() => this.#append(room, draft))
  }

  #hasMoreEdits(room: string, { message }: DeletionDraft): boolean {
    const state = this.#states.find(room)
    return state !== undefined && this.#erasure.hasMoreEdits(state.id, message)
  }

  #eraseOldEdits(room: string, draft: DeletionDraft): void {
    const state = this.#states.find(room)
    if (!state) return
    this.#checkOwner(state, draft)
    this.#erasure.eraseEdits(state.id, draft.message)
  }

  #append(room: string, draft: Draft): Appended {
    const state = this.#states.find(room) ?? this.#create(room, draft)
    const once = draft.event === 'message' ? draft.once : undefined
    const known = once && this.#said(state, room, once)
    if (known) return { epoch: this.#epoch, entry: known, isNew: false }
    if (draft.event !== 'message') this.#checkOwner(state, draft)
    const author = this.#pseudonyms.author(draft.owner)
    const entry = newEntry(room, state.head + 1, Date.now(), author, draft)
    this.#add(room, state, entry, draft.owner)
    if (once) this.#addKey(state, once, entry.number)
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
        const { name, author, text, guest } = entry
        this.#sql.addMessage.run(state.id, number, name, storeText(text), Number(guest), owner, author, at)
        break
      }
      case 'edited': {
        const { message, name, author, text } = entry
        this.#sql.addChange.run(state.id, number, 'edited', message, name, author, storeText(text), at)
        this.#sql.edit.run(storeText(text), at, state.id, message)
        break
      }
      case 'deleted': {
        const { message, name, author } = entry
        this.#sql.addChange.run(state.id, number, 'deleted', message, name, author, null, at)
        this.#erasure.erase(state.id, message, at)
        break
      }
      case 'erased':
        this.#sql.addErased.run(state.id, number, at)
    }
    state.head = number
    this.#sql.setHead.run(number, at, state.id)
    const added = this.#added.get(room)
    if (added) added.push(entry)
    else this.#added.set(room, [entry])
  }

  #addKey(state: RoomState, { sender, key }: Once, number: number): void {
    this.#sql.addKey.run(state.id, this.#pseudonyms.fingerprint(sender), key, number, this.#clock.now())
  }

  #said(state: RoomState, room: string, { sender, key }: Once): Entry | undefined {
    const fingerprint = this.#pseudonyms.fingerprint(sender)
    const found = this.#sql.findKey.get(state.id, fingerprint, key, this.#clock.now() - KEY_LIFETIME_MS)
    if (!found) return undefined
    const { number, at } = found as Pick<EntryRow, 'number' | 'at'>
    const [row] = this.#sql.read.all(state.id, number - 1, 1) as EntryRow[]
    // Retention may have dropped the entry.
    return row?.number === number ? toEntry(room, row) : { event: 'erased', number, room, at }
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
