import { LRUCache } from 'lru-cache'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { Name } from '../../chat/names/name.ts'
import type { Session, SessionListener, SessionStore } from '../../chat/names/session.ts'
import type { GroupCommit } from './group-commit.ts'
import { prepareAll } from './prepare.ts'

interface SessionRow {
  id: number
  name: string
  folded: string
  used_at: number
}

/** A session counts as used when its token is, but that is written down no more often than this. */
const USE_RESOLUTION_MS = 60 * 60 * 1000

const FREE_NAMES_KNOWN = 10_000

const STATEMENTS = {
  find: 'SELECT id, name, folded, used_at FROM sessions WHERE token_hash = ? AND used_at > ?',
  // More than one session can hold a key since names of 0.1.0 have other keys.
  holder: 'SELECT id FROM sessions WHERE folded = ? AND used_at > ? AND id <> ? LIMIT 1',
  add: 'INSERT INTO sessions (token_hash, name, folded, used_at) VALUES (?, ?, ?, ?)',
  byId: 'SELECT id, name, folded, used_at FROM sessions WHERE id = ?',
  rename: 'UPDATE sessions SET name = ?, folded = ?, used_at = ? WHERE id = ?',
  use: 'UPDATE sessions SET used_at = ? WHERE id = ? AND used_at < ?',
  end: 'DELETE FROM sessions WHERE id = ? RETURNING id, name, folded, used_at',
  expire: 'DELETE FROM sessions WHERE used_at <= ? RETURNING id, name, folded, used_at',
} as const

/** Sessions in the same file as the logs; only the hash of a token is kept. */
export class SqliteSessionStore implements SessionStore {
  readonly #sql: Record<keyof typeof STATEMENTS, StatementSyncInstance>
  readonly #commit: GroupCommit
  readonly #lifetimeMs: number
  readonly #listeners: SessionListener[] = []
  /** Names that nobody holds: a guest has to be asked about at every post, and only `claim` and `rename` can change it. */
  readonly #free = new LRUCache<string, true>({ max: FREE_NAMES_KNOWN })
  /** What the transaction under way has changed. */
  #changed: Parameters<SessionListener>[] = []

  /** A session that is not used for `lifetimeMs` is over. */
  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, lifetimeMs: number) {
    this.#sql = prepareAll(sql, STATEMENTS)
    this.#commit = commit
    this.#lifetimeMs = lifetimeMs
    commit.onCommit(() => this.#tell())
    commit.onRollback(() => (this.#changed = []))
  }

  claim(name: Name, tokenHash: Buffer, now: number): Promise<Session | undefined> {
    return this.#commit.run(() => {
      if (this.#isHeld(name.folded, now)) return undefined
      this.expire(now)
      this.#free.delete(name.folded)
      const { lastInsertRowid } = this.#sql.add.run(tokenHash, name.text, name.folded, now)
      return { id: String(lastInsertRowid), name }
    })
  }

  rename({ id }: Session, name: Name, now: number): Promise<Session | undefined> {
    return this.#commit.run(() => {
      if (this.#isHeld(name.folded, now, id)) return undefined
      this.expire(now)
      const before = this.#sql.byId.get(Number(id)) as SessionRow | undefined
      if (!before) return undefined
      this.#free.delete(name.folded)
      this.#sql.rename.run(name.text, name.folded, now, Number(id))
      const renamed = { id, name }
      this.#changed.push([toSession(before), renamed])
      return renamed
    })
  }

  async find(tokenHash: Buffer, now: number): Promise<Session | undefined> {
    const row = this.#sql.find.get(tokenHash, now - this.#lifetimeMs) as SessionRow | undefined
    if (!row) return undefined
    const session = toSession(row)
    if (now - row.used_at > USE_RESOLUTION_MS) await this.use([session], now)
    return session
  }

  async use(sessions: Iterable<Session>, now: number): Promise<void> {
    await this.#commit.run(() => {
      for (const { id } of sessions) this.#sql.use.run(now, Number(id), now - USE_RESOLUTION_MS)
    })
  }

  async isHeld(folded: string, now: number): Promise<boolean> {
    if (this.#free.get(folded)) return false
    if (this.#isHeld(folded, now)) return true
    this.#free.set(folded, true)
    return false
  }

  async end({ id }: Session): Promise<void> {
    await this.#commit.run(() => this.#noteEnded(this.#sql.end.all(Number(id)) as SessionRow[]))
  }

  onChange(listener: SessionListener): void {
    this.#listeners.push(listener)
  }

  /** Ends the sessions that were not used for too long. Only to be called within a commit. */
  expire(now: number): void {
    this.#noteEnded(this.#sql.expire.all(now - this.#lifetimeMs) as SessionRow[])
  }

  /** Whether a session holds a key; `but` is the id of one that does not count. */
  #isHeld(folded: string, now: number, but = '0'): boolean {
    return this.#sql.holder.get(folded, now - this.#lifetimeMs, Number(but)) !== undefined
  }

  #noteEnded(rows: SessionRow[]): void {
    for (const row of rows) this.#changed.push([toSession(row), undefined])
  }

  #tell(): void {
    const changed = this.#changed
    this.#changed = []
    for (const change of changed) for (const listener of this.#listeners) listener(...change)
  }
}

function toSession({ id, name, folded }: SessionRow): Session {
  return { id: String(id), name: { text: name, folded } }
}
