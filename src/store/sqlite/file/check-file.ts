import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { StoreError } from '../../store-error.ts'

/** SQLite's file format, section 1.3: the header of the database. */
const HEADER = { bytes: 100, magic: 'SQLite format 3\0', pageSize: 16, changes: 24, pages: 28, countedAt: 92 }

/** The tables that stores of every version have. */
const TABLES = ['meta', 'rooms', 'entries', 'keys', 'sessions']

/**
 * Throws StoreError when a file is empty, is not a SQLite database, or is shorter than its header says. It reads only
 * the header, so its duration does not depend on the size of the file.
 */
export function checkFile(file: string): void {
  const { size } = statSync(file)
  if (size === 0) throw new StoreError('it is empty')
  const header = readHeader(file)
  if (header.toString('latin1', 0, HEADER.magic.length) !== HEADER.magic)
    throw new StoreError('it is no SQLite database')
  // The header also counts pages that are only in the write-ahead log, so the file may be shorter.
  if (sizeOf(`${file}-wal`) > 0) return
  const pageSize = header.readUInt16BE(HEADER.pageSize)
  const isCounted = header.readUInt32BE(HEADER.changes) === header.readUInt32BE(HEADER.countedAt)
  // The header stores the page size 65,536 as 1.
  const expected = header.readUInt32BE(HEADER.pages) * (pageSize === 1 ? 65_536 : pageSize)
  if (isCounted && size < expected) throw new StoreError(`it is cut off: ${size} bytes of ${expected}`)
}

/** Throws StoreError when a table of Teahouse, or the row with the epoch, is missing in a database. */
export function checkSchema(sql: DatabaseSyncInstance): void {
  const tables = sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
  const names = new Set(tables.map(({ name }) => name))
  const missing = TABLES.filter((table) => !names.has(table))
  if (missing.length > 0) throw new StoreError(`it is no store of Teahouse, or damaged: without ${missing.join(', ')}`)
  const meta = sql.prepare('SELECT epoch FROM meta').get() as { epoch: string } | undefined
  if (!meta) throw new StoreError('it is damaged: without the name of its epoch')
}

/** Bytes of a file; 0 when it is missing. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER.bytes)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, HEADER.bytes, 0)
  } finally {
    closeSync(descriptor)
  }
  return header
}
