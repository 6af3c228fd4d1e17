import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { randomInt } from 'node:crypto'
import { foldName } from '../../chat/names/fold.ts'
import { StoreError } from '../store-error.ts'

/**
 * Each takes a file from the version that is its index to the next. What has been released is never changed.
 * `fold_name(name)` is the key of a name.
 */
const MIGRATIONS: string[] = [
  `
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
  `,

  // Names have new keys, under which two that could both be taken before may be the same. So a key is no longer unique;
  // `take` and `rename` see to it that nobody gets one that is held. No id may be given again, so the counter is kept.
  `
  ALTER TABLE sessions RENAME TO sessions_before;
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL, -- the key of the name
    used_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sqlite_sequence (name, seq) SELECT 'sessions', seq FROM sqlite_sequence WHERE name = 'sessions_before';
  INSERT INTO sessions SELECT id, token_hash, name, fold_name(name), used_at FROM sessions_before;
  DROP TABLE sessions_before;
  CREATE INDEX sessions_by_use ON sessions (used_at);
  CREATE INDEX sessions_by_name ON sessions (folded);
  `,
]

/** Brings a file to the newest schema; a new one gets an epoch. Throws StoreError for a file from a newer version. */
export function migrate(sql: DatabaseSyncInstance, file: string): void {
  const { user_version: version } = sql.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      `${file} is from a newer version of Teahouse (schema ${version}, this one knows ${MIGRATIONS.length})`,
    )
  }
  sql.function('fold_name', { deterministic: true }, (name: unknown) => foldName(String(name)))
  for (let next = version; next < MIGRATIONS.length; next++) {
    sql.exec(`BEGIN; ${MIGRATIONS[next]}; PRAGMA user_version = ${next + 1}; COMMIT`)
  }
  if (!sql.prepare('SELECT 1 FROM meta').get()) startEpoch(sql)
}

/** Gives the logs a new name, so that no cursor into them is good any more. */
export function startEpoch(sql: DatabaseSyncInstance): void {
  sql.exec('DELETE FROM meta')
  sql.prepare('INSERT INTO meta VALUES (?)').run(newEpoch())
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
