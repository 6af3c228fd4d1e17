import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { Name } from '../../chat/name.ts'
import type { Session, SessionStore } from '../../chat/session.ts'
import type { GroupCommit } from './group-commit.ts'

interface SessionRow {
  id: number
  name: string
  folded: string
  used_at: number
}

/** A session counts as used when its token is, but that is written down no more often than this. */
const USE_RESOLUTION_MS = 60 * 60 * 1000

/** Sessions in the same file as the logs; only the hash of a token is kept. */
export class SqliteSessionStore implements SessionStore {
  readonly #commit: GroupCommit
  readonly #lifetimeMs: number
  readonly #find: StatementSyncInstance
  readonly #isHeld: StatementSyncInstance
  readonly #expire: StatementSyncInstance
  readonly #dropExpired: StatementSyncInstance
  readonly #add: StatementSyncInstance
  readonly #use: StatementSyncInstance
  readonly #end: StatementSyncInstance

  /** A session that is not used for `lifetimeMs` is over. */
  constructor(sql: DatabaseSyncInstance, commit: GroupCommit, lifetimeMs: number) {
    this.#commit = commit
    this.#lifetimeMs = lifetimeMs
    this.#find = sql.prepare('SELECT id, name, folded, used_at FROM sessions WHERE token_hash = ? AND used_at > ?')
    this.#isHeld = sql.prepare('SELECT 1 FROM sessions WHERE folded = ? AND used_at > ?')
    this.#expire = sql.prepare('DELETE FROM sessions WHERE folded = ? AND used_at <= ?')
    this.#dropExpired = sql.prepare('DELETE FROM sessions WHERE used_at <= ?')
    this.#add = sql.prepare('INSERT INTO sessions (token_hash, name, folded, used_at) VALUES (?, ?, ?, ?)')
    this.#use = sql.prepare('UPDATE sessions SET used_at = ? WHERE id = ?')
    this.#end = sql.prepare('DELETE FROM sessions WHERE id = ?')
  }

  take(name: Name, tokenHash: Buffer, now: number): Promise<Session | undefined> {
    return this.#commit.run(() => {
      this.#expire.run(name.folded, now - this.#lifetimeMs)
      if (this.#holds(name.folded, now)) return undefined
      const { lastInsertRowid } = this.#add.run(tokenHash, name.text, name.folded, now)
      return { id: String(lastInsertRowid), name }
    })
  }

  async find(tokenHash: Buffer, now: number): Promise<Session | undefined> {
    const row = this.#find.get(tokenHash, now - this.#lifetimeMs) as SessionRow | undefined
    if (!row) return undefined
    if (now - row.used_at > USE_RESOLUTION_MS) await this.#commit.run(() => this.#use.run(now, row.id))
    return { id: String(row.id), name: { text: row.name, folded: row.folded } }
  }

  async isHeld(folded: string, now: number): Promise<boolean> {
    return this.#holds(folded, now)
  }

  async end({ id }: Session): Promise<void> {
    await this.#commit.run(() => this.#end.run(Number(id)))
  }

  /** Drops the sessions that are over. Only to be called within a commit. */
  dropExpired(now: number): void {
    this.#dropExpired.run(now - this.#lifetimeMs)
  }

  #holds(folded: string, now: number): boolean {
    return this.#isHeld.get(folded, now - this.#lifetimeMs) !== undefined
  }
}
