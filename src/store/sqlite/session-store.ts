import { LRUCache } from 'lru-cache'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { Name } from '../../chat/names/name.ts'
import type { Session, SessionListener, SessionStore } from '../../chat/names/session.ts'
import type { Clock } from './clock.ts'
import type { GroupCommit } from './group-commit.ts'
import { prepareAll } from './prepare.ts'

interface SessionRow {
  id: number
  name: string
  folded: string
  used_at: number
}

/** Each use of a token extends its session, but the time of use is written at most this often. */
const USE_RESOLUTION_MS = 60 * 60 * 1000

/** After the time of use could not be written, `find` waits this long before it writes again. */
const WRITE_AGAIN_MS = 60 * 1000
/** A confirmed jump of the clock does not age sessions that were used within this time before it. */
const RECENT_MS = 24 * 60 * 60 * 1000

const FREE_NAMES_KNOWN = 10_000
/** The most sessions that one step ends. */
const EXPIRED = 100

const STATEMENTS = {
  find: 'SELECT id, name, folded, used_at FROM sessions WHERE token_hash = ? AND used_at > ?',
  // Several sessions may hold the same key: names of 0.1.0 had other keys, which the migration has changed.
  holder: 'SELECT id FROM sessions WHERE folded = ? AND used_at > ? AND id <> ? LIMIT 1',
  add: 'INSERT INTO sessions (token_hash, name, folded, used_at) VALUES (?, ?, ?, ?)',
  byId: 'SELECT id, name, folded, used_at FROM sessions WHERE id = ?',
  rename: 'UPDATE sessions SET name = ?, folded = ?, used_at = ? WHERE id = ?',
  use: 'UPDATE sessions SET used_at = ? WHERE id = ? AND used_at < ?',
  end: 'DELETE FROM sessions WHERE id = ? RETURNING id, name, folded, used_at',
  endHolders: 'DELETE FROM sessions WHERE folded = ? AND id <> ? RETURNING id, name, folded, used_at',
  expire: `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE used_at <= ? ORDER BY used_at LIMIT ?)
    RETURNING id, name, folded, used_at`,
  skip: 'UPDATE sessions SET used_at = min(?1, used_at + ?2) WHERE used_at > ?3',
} as const

/** The newest written time of use of any session; undefined when there are no sessions. */
export function newestUse(sql: DatabaseSyncInstance): number | undefined {
  const { newest } = sql.prepare('SELECT max(used_at) AS newest FROM sessions').get() as { newest: number | null }
  return newest ?? undefined
}

export interface SessionOptions {
  clock: Clock
  lifetimeMs: number
}

/**
 * Sessions in the same file as the logs. It stores only the hash of a token. The caller must call `expire` regularly,
 * and `skip` before it sets the clock.
 */
export class SqliteSessionStore implements SessionStore {
  readonly #sql: Record<keyof typeof STATEMENTS, StatementSyncInstance>
  readonly #commit: GroupCommit
  readonly #clock: Clock
  readonly #lifetimeMs: number
  readonly #listeners: SessionListener[] = []
  /** A cache of names that nobody holds, which every guest's post asks for. Only `claim` and `rename` change them. */
  readonly #free = new LRUCache<string, true>({ max: FREE_NAMES_KNOWN })
  /** The changes of the current transaction, for the listeners. */
  #changed: Parameters<SessionListener>[] = []
  /** Until this time (by the clock), `find` does not write the time of use. */
  #writesAgainAt = -Infinity

  /** A session expires when it is not used for `lifetimeMs` of the clock. */
  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, { clock, lifetimeMs }: SessionOptions) {
    this.#sql = prepareAll(sql, STATEMENTS)
    this.#commit = commit
    this.#clock = clock
    this.#lifetimeMs = lifetimeMs
    commit.onCommit(() => this.#tell())
    commit.onRollback(() => (this.#changed = []))
  }

  claim(name: Name, tokenHash: Buffer): Promise<Session | undefined> {
    return this.#commit.run(() => {
      if (this.#isHeld(name.folded)) return undefined
      this.#free.delete(name.folded)
      this.#noteEnded(this.#sql.endHolders.all(name.folded, 0))
      const { lastInsertRowid } = this.#sql.add.run(tokenHash, name.text, name.folded, this.#clock.now())
      return { id: String(lastInsertRowid), name }
    })
  }

  rename({ id }: Session, name: Name): Promise<Session | undefined> {
    return this.#commit.run(() => {
      if (this.#isHeld(name.folded, id)) return undefined
      const before = this.#sql.byId.get(Number(id)) as SessionRow | undefined
      if (!before || before.used_at <= this.#since()) return undefined
      this.#free.delete(name.folded)
      this.#noteEnded(this.#sql.endHolders.all(name.folded, Number(id)))
      this.#sql.rename.run(name.text, name.folded, this.#clock.now(), Number(id))
      const renamed = { id, name }
      this.#changed.push([toSession(before), renamed])
      return renamed
    })
  }

  async find(tokenHash: Buffer): Promise<Session | undefined> {
    const row = this.#sql.find.get(tokenHash, this.#since()) as SessionRow | undefined
    if (!row) return undefined
    const session = toSession(row)
    if (this.#clock.now() - row.used_at > USE_RESOLUTION_MS) this.#useSoon(session)
    return session
  }

  async use(sessions: Iterable<Session>): Promise<void> {
    await this.#commit.run(() => {
      const now = this.#clock.now()
      for (const { id } of sessions) this.#sql.use.run(now, Number(id), now - USE_RESOLUTION_MS)
    })
  }

  async isHeld(folded: string): Promise<boolean> {
    if (this.#free.get(folded)) return false
    if (this.#isHeld(folded)) return true
    this.#free.set(folded, true)
    return false
  }

  async end({ id }: Session): Promise<void> {
    await this.#commit.run(() => this.#noteEnded(this.#sql.end.all(Number(id))))
  }

  onChange(listener: SessionListener): void {
    this.#listeners.push(listener)
  }

  /** Ends a batch of expired sessions; false when there are no more. Call it within a commit. */
  expire(): boolean {
    const ended = this.#sql.expire.all(this.#since(), EXPIRED)
    this.#noteEnded(ended)
    return ended.length === EXPIRED
  }

  /**
   * Call it within a commit, before the clock is set by `ms`. Moves the last use of recently used sessions forward by
   * `ms`, so that the jump does not expire them, and sets a last use that would be in the future to the new time.
   */
  skip(ms: number): void {
    const before = this.#clock.now()
    const now = before + ms
    this.#sql.skip.run(now, Math.max(0, ms), Math.min(now, before - RECENT_MS))
  }

  /** Writes the time of use in the background: a read must not wait for the write, nor fail when the disk is full. */
  #useSoon(session: Session): void {
    if (this.#clock.now() < this.#writesAgainAt) return
    this.use([session]).catch(() => (this.#writesAgainAt = this.#clock.now() + WRITE_AGAIN_MS))
  }

  /** Sessions whose last use is not later than this have expired. */
  #since(): number {
    return this.#clock.now() - this.#lifetimeMs
  }

  /** Whether a session holds a name's key, apart from the session whose id is `but`. */
  #isHeld(folded: string, but = '0'): boolean {
    return this.#sql.holder.get(folded, this.#since(), Number(but)) !== undefined
  }

  #noteEnded(rows: unknown[]): void {
    for (const row of rows as SessionRow[]) this.#changed.push([toSession(row), undefined])
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
