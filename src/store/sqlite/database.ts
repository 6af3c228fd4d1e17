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

/** The code of SQLite for what somebody else has locked. */
const SQLITE_BUSY = 5

/** An open database of the newest schema, held by this process alone until it is closed. */
export interface Database {
  sql: DatabaseSyncInstance
  /** A descriptor of its file, open as long as the database is; none in memory. */
  file: number | undefined
  close: () => void
}

/** `directory` is made if it is missing; `:memory:` keeps nothing. Throws StoreError, in one line for the operator, when the directory cannot be used. */
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
        // SQLite does it by itself only once all statements are collected.
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
 * Makes a file with the newest schema. It gets its name when it is complete: an empty file under that name is never one
 * of a start that was interrupted. Throws StoreError.
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

/** Throws a StoreError when there is the write-ahead log of a file that is missing: SQLite would put it into a new file. */
export function checkNoLog(file: string): void {
  if (sizeOf(`${file}-wal`) > 0)
    throw new StoreError(`${file} is missing, but what belongs to it is there: ${file}-wal`)
}

/** Opens the file of a store, with its schema brought to the newest version. Throws StoreError, and has changed nothing, when it is none. */
export function openFile(file: string): DatabaseSyncInstance {
  let sql: DatabaseSyncInstance | undefined
  try {
    checkFile(file)
    sql = new DatabaseSync(file)
    checkSchema(sql)
    for (const suffix of ['', '-wal', '-shm']) makePrivate(`${file}${suffix}`)
    // FULL: a commit is on disk, not only in the system's cache, when it returns.
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
    // What is deleted is overwritten with zeros.
    sql.exec('PRAGMA secure_delete = ON')
    migrate(sql, file)
    // It may have what was erased before the process was killed.
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
 * Makes the directory if it is missing, and keeps other processes out of it until the returned function is called. The
 * lock is one of the operating system, so it ends with the process however that ends. Throws StoreError.
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
    // Of a file that it may only read SQLite says that it is locked, and locks nothing.
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
