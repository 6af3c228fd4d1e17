import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { StoreError } from '../../store-error.ts'

/** SQLite's file format, section 1.3: the header of the database. */
const HEADER = { bytes: 100, magic: 'SQLite format 3\0', pageSize: 16, changes: 24, pages: 28, countedAt: 92 }

/** The tables that every version has. */
const TABLES = ['meta', 'rooms', 'entries', 'keys', 'sessions']

/**
 * Throws a StoreError when a file is empty, is no SQLite database, or is shorter than its header says. It reads the header
 * alone, so it takes as long for 1 GB as for 1 KB.
 */
export function checkFile(file: string): void {
  const { size } = statSync(file)
  if (size === 0) throw new StoreError('it is empty')
  const header = readHeader(file)
  if (header.toString('latin1', 0, HEADER.magic.length) !== HEADER.magic)
    throw new StoreError('it is no SQLite database')
  // Pages that are still in the write-ahead log are counted, but need not be in the file.
  if (sizeOf(`${file}-wal`) > 0) return
  const pageSize = header.readUInt16BE(HEADER.pageSize)
  const isCounted = header.readUInt32BE(HEADER.changes) === header.readUInt32BE(HEADER.countedAt)
  // The page size 65,536 is written as 1.
  const expected = header.readUInt32BE(HEADER.pages) * (pageSize === 1 ? 65_536 : pageSize)
  if (isCounted && size < expected) throw new StoreError(`it is cut off: ${size} bytes of ${expected}`)
}

/** Throws a StoreError when a database has not the tables of Teahouse, or not the row that names its epoch. */
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
