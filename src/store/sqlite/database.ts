import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { accessSync, closeSync, constants, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { emptyWriteAheadLog } from './erasure/write-ahead-log.ts'
import { checkFile, checkSchema, sizeOf } from './file/check-file.ts'
import { makePrivate, makePrivateFile } from './file/private.ts'
import { makeDirectory } from './make-directory.ts'
import { migrate } from './migrations.ts'
import { StoreError } from '../store-error.ts'

export const FILE_NAME = 'teahouse.db'

/** SQLite's error code when another process holds the lock. */
const SQLITE_BUSY = 5

/** An open database with the newest schema. No other process can open it until the caller calls `close`. */
export interface Database {
  sql: DatabaseSyncInstance
  /** A descriptor of the file, open as long as the database is; undefined for a database in memory. */
  file: number | undefined
  close: () => void
}

/**
 * Opens the store of a directory, which is created if it is missing; `:memory:` stores nothing on disk. Throws
 * StoreError, with one line for the operator, when the directory cannot be used.
 */
export function openDatabase(directory: string): Database {
  if (directory === ':memory:') {
    const sql = new DatabaseSync(':memory:')
    migrate(sql, directory)
    return { sql, file: undefined, close: () => sql.close() }
  }
  const unlock = holdDirectory(directory)
  try {
    const path = join(directory, FILE_NAME)
    if (!existsSync(path)) makeFile(path)
    const sql = openFile(path)
    const file = openSync(path, 'r+')
    return {
      sql,
      file,
      close: () => {
        // SQLite itself empties the log only after all prepared statements are garbage-collected.
        emptyWriteAheadLog(sql)
        sql.close()
        closeSync(file)
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/**
 * Creates a file with the newest schema. Throws StoreError. The file gets its name only when it is complete, so an
 * interrupted start never leaves an empty file under that name.
 */
function makeFile(file: string): void {
  checkNoLog(file)
  const made = `${file}.new`
  let sql: DatabaseSyncInstance | undefined
  try {
    for (const suffix of ['', '-journal']) rmSync(`${made}${suffix}`, { force: true })
    makePrivateFile(made)
    sql = new DatabaseSync(made)
    migrate(sql, made)
    sql.close()
    renameSync(made, file)
  } catch (error) {
    if (sql?.isOpen) sql.close()
    throw cannotOpen(file, error)
  }
}

/** Throws StoreError when a write-ahead log exists without its file: SQLite would apply that log to a new file. */
export function checkNoLog(file: string): void {
  if (sizeOf(`${file}-wal`) > 0)
    throw new StoreError(`${file} is missing, but what belongs to it is there: ${file}-wal`)
}

/**
 * Opens the file of a store and brings it to the newest schema. Throws StoreError; a file that is not a store stays
 * unchanged.
 */
export function openFile(file: string): DatabaseSyncInstance {
  let sql: DatabaseSyncInstance | undefined
  try {
    checkFile(file)
    sql = new DatabaseSync(file)
    checkSchema(sql)
    for (const suffix of ['', '-wal', '-shm']) makePrivate(`${file}${suffix}`)
    // FULL: a commit is on disk, not only in the system's cache, when it returns.
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    // SQLite overwrites deleted data with zeros.
    sql.exec('PRAGMA secure_delete = ON')
    migrate(sql, file)
    // If the last process was killed, the write-ahead log may still contain erased texts.
    emptyWriteAheadLog(sql)
    return sql
  } catch (error) {
    sql?.close()
    throw cannotOpen(file, error)
  }
}

function cannotOpen(file: string, error: unknown): StoreError {
  const { message } = error as Error
  return error instanceof StoreError && message.includes(file)
    ? error
    : new StoreError(`cannot open ${file}: ${message}`)
}

/**
 * Creates the directory if it is missing, and locks out other processes until the caller calls the returned function.
 * The operating system releases the lock when the process ends, even after a crash. Throws StoreError.
 */
export function holdDirectory(directory: string): () => void {
  try {
    makeDirectory(directory)
  } catch (error) {
    throw new StoreError(`cannot make the data directory ${directory}: ${(error as Error).message}`)
  }
  let sql: DatabaseSyncInstance | undefined
  try {
    const file = join(directory, 'lock.db')
    sql = new DatabaseSync(file)
    // For a read-only file, SQLite reports that it is locked, and locks nothing; so check write access first.
    accessSync(file, constants.W_OK)
    makePrivate(file)
    sql.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    sql?.close()
    const { errcode, message } = error as Error & { errcode?: number }
    throw new StoreError(
      errcode === SQLITE_BUSY
        ? `another process holds the data directory ${directory}`
        : `cannot write to the data directory ${directory}: ${message}`,
    )
  }
  const held = sql
  return () => held.close()
}
