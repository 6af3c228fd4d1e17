import { DatabaseSync } from '@photostructure/sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SESSIONS } from '../../src/store/redis/keys.ts'
import type { RedisServer } from './redis/redis-server.ts'

/** A session as 0.1.0 has written it. */
export interface OldSession {
  id: number
  name: string
  /** The name in NFKC and lower case, without invisible characters. */
  folded: string
  tokenHash: Buffer
  usedAt: number
}

/** The schema of 0.1.0, which is version 1. */
const SCHEMA = `
  CREATE TABLE meta (epoch TEXT NOT NULL) STRICT;

  CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    first INTEGER NOT NULL, -- the oldest entry kept
    head INTEGER NOT NULL,
    at INTEGER NOT NULL -- of the head, in milliseconds since 1970
  ) STRICT;
  CREATE INDEX rooms_by_time ON rooms (at);

  -- The log, and on the row of a message how it stands now (standing, edited_at, deleted_at).
  CREATE TABLE entries (
    room INTEGER NOT NULL,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    message INTEGER, -- what an edit or a deletion speaks of
    name TEXT,
    text ANY, -- TEXT, or BLOB (of UTF-8) when it holds a NUL
    guest INTEGER,
    owner TEXT,
    at INTEGER NOT NULL,
    standing ANY, -- the text after the last edit, likewise
    edited_at INTEGER,
    deleted_at INTEGER,
    PRIMARY KEY (room, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE keys (
    room INTEGER NOT NULL,
    sender TEXT NOT NULL,
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (room, sender, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX keys_by_time ON keys (at);

  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_use ON sessions (used_at);
`

/** Makes a store of 0.1.0 in a directory, which once had more sessions than these: up to the id `lastId`. */
export function makeOldFile(directory: string, sessions: OldSession[], lastId: number): void {
  mkdirSync(directory, { recursive: true })
  const sql = new DatabaseSync(join(directory, 'teahouse.db'))
  sql.exec(`BEGIN; ${SCHEMA}; PRAGMA user_version = 1; INSERT INTO meta VALUES ('k3f9x2ab')`)
  const add = sql.prepare('INSERT INTO sessions (id, token_hash, name, folded, used_at) VALUES (?, ?, ?, ?, ?)')
  for (const { id, name, folded, tokenHash, usedAt } of sessions) add.run(id, tokenHash, name, folded, usedAt)
  sql.prepare('UPDATE sqlite_sequence SET seq = ?').run(lastId)
  sql.exec('COMMIT')
  sql.close()
}

/** Writes the sessions into a Redis as 0.1.0 does. */
export async function fillOldRedis(server: RedisServer, sessions: OldSession[]): Promise<void> {
  for (const { id, name, folded, tokenHash, usedAt } of sessions) {
    const token = tokenHash.toString('base64url')
    await server.send('HSET', SESSIONS.sessions, String(id), JSON.stringify([name, folded, token]))
    await server.send('HSET', SESSIONS.names, folded, String(id))
    await server.send('HSET', SESSIONS.tokens, token, String(id))
    await server.send('ZADD', SESSIONS.used, String(usedAt), String(id))
  }
}
