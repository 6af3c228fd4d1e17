import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { randomBytes, randomInt } from 'node:crypto'
import { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import { foldName } from '../../chat/names/fold.ts'
import { senderOf } from '../../chat/names/speaker.ts'
import { StoreError } from '../store-error.ts'
import { loadText } from './entry-row.ts'

/**
 * Each takes a file from the version that is its index to the next. What has been released is never changed.
 * `fold_name(name)` is the key of a name; FUNCTIONS has what else they call.
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

  // A deletion erases, so what was deleted before is erased too. Entries have an author, and keys the fingerprint of a
  // sender, to which the text of a guest belongs.
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

/** The first version that leaves nothing in the file of what it deletes. */
const OVERWRITES = 3

/** What the migrations call beside `fold_name`. */
const FUNCTIONS = {
  new_epoch: newEpoch,
  new_secret: () => randomBytes(32),
  author_of: (secret: Uint8Array, owner: string) => new Pseudonyms(secret).author(owner),
  fingerprint: (secret: Uint8Array, sender: string, text: string | Uint8Array) =>
    new Pseudonyms(secret).fingerprint(senderOf(sender, loadText(text))),
}

/** Brings a file to the newest schema; a new one gets an epoch. Throws StoreError for a file from a newer version. */
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

/** Gives the logs a new name, so that no cursor into them is good any more. */
export function startEpoch(sql: DatabaseSyncInstance): void {
  sql.prepare('UPDATE meta SET epoch = ?').run(newEpoch())
}

function newEpoch(): string {
  return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('')
}
