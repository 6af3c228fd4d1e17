import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { randomBytes, randomInt } from 'node:crypto'
import { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import { foldName } from '../../chat/names/fold.ts'
import { senderOf } from '../../chat/names/speaker.ts'
import { StoreError } from '../store-error.ts'
import { loadText } from './entry-row.ts'

/**
 * The migration at index `n` brings a file from version `n` to `n + 1`. Never change a released one. The SQL may call
 * `fold_name(name)`, which returns the key of a name, and the FUNCTIONS below.
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

  // Names get new keys, and two names that differed before may now have the same key. So the column is no longer
  // unique; instead, `claim` and `rename` refuse a key that a session holds. Ids are never reused: copy their counter.
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

  // Since this version a deletion erases the text, so texts of messages that were deleted earlier are erased here.
  // Entries get an author. In keys, a fingerprint replaces the sender; a guest's fingerprint includes the text.
  `
  ALTER TABLE meta ADD COLUMN secret BLOB;
  UPDATE meta SET secret = new_secret();

  ALTER TABLE entries ADD COLUMN author TEXT;
  UPDATE entries SET author = author_of((SELECT secret FROM meta), owner) WHERE owner IS NOT NULL;
  UPDATE entries SET author = (
    SELECT of.author FROM entries AS of WHERE of.room = entries.room AND of.number = entries.message
  ) WHERE event <> 'message';

  CREATE TABLE keys_now (
    room INTEGER NOT NULL,
    sender TEXT NOT NULL, -- a fingerprint
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (room, sender, key)
  ) STRICT, WITHOUT ROWID;
  INSERT OR REPLACE INTO keys_now
    SELECT keys.room, fingerprint((SELECT secret FROM meta), sender, coalesce(text, '')), key, keys.number, keys.at
    FROM keys LEFT JOIN entries ON entries.room = keys.room AND entries.number = keys.number;
  DROP TABLE keys;
  ALTER TABLE keys_now RENAME TO keys;
  CREATE INDEX keys_by_time ON keys (at);

  UPDATE entries
    SET event = 'erased', message = NULL, name = NULL, text = NULL, author = NULL
    WHERE event = 'edited' AND (room, message) IN (SELECT room, message FROM entries WHERE event = 'deleted');
  -- It keeps deleted_at, which tells it from an edit that was erased.
  UPDATE entries
    SET event = 'erased', name = NULL, text = NULL, guest = NULL, owner = NULL, author = NULL, standing = NULL,
      edited_at = NULL
    WHERE event = 'message' AND deleted_at IS NOT NULL;

  CREATE INDEX messages ON entries (room, number) WHERE event = 'message';
  CREATE INDEX edits ON entries (room, message, number) WHERE event = 'edited';
  `,
]

/** Since this version, SQLite overwrites deleted data. Older files may still contain it, so they are rewritten. */
const OVERWRITES = 3

/** The SQL functions that migrations call, besides `fold_name`. */
const FUNCTIONS = {
  new_epoch: newEpoch,
  new_secret: () => randomBytes(32),
  author_of: (secret: Uint8Array, owner: string) => new Pseudonyms(secret).author(owner),
  fingerprint: (secret: Uint8Array, sender: string, text: string | Uint8Array) =>
    new Pseudonyms(secret).fingerprint(senderOf(sender, loadText(text))),
}

/**
 * Brings a file to the newest schema, and gives a new file an epoch. Throws StoreError for a file of a newer version.
 */
export function migrate(sql: DatabaseSyncInstance, file: string): void {
  const { user_version: version } = sql.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      `${file} is from a newer version of Teahouse (schema ${version}, this one knows ${MIGRATIONS.length})`,
    )
  }
  sql.function('fold_name', { deterministic: true }, (name: unknown) => foldName(String(name)))
  for (const [name, run] of Object.entries(FUNCTIONS)) sql.function(name, run as (...args: unknown[]) => string)
  if (version > 0 && version < OVERWRITES) sql.exec('VACUUM')
  for (let next = version; next < MIGRATIONS.length; next++) {
    sql.exec(`BEGIN; ${MIGRATIONS[next]}; PRAGMA user_version = ${next + 1}; COMMIT`)
  }
  sql.exec('INSERT INTO meta SELECT new_epoch(), new_secret() WHERE NOT EXISTS (SELECT 1 FROM meta)')
}

/** Sets a new epoch, which invalidates all cursors. */
export function startEpoch(sql: DatabaseSyncInstance): void {
  sql.prepare('UPDATE meta SET epoch = ?').run(newEpoch())
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
