import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { emptyWriteAheadLog } from './erasure/write-ahead-log.ts'
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
    const sql = openFile(join(directory, FILE_NAME))
    const file = openSync(join(directory, FILE_NAME), 'r+')
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

/** Opens a file, with its schema brought to the newest version. Throws StoreError. */
export function openFile(file: string): DatabaseSyncInstance {
  let sql: DatabaseSyncInstance | undefined
  try {
    sql = new DatabaseSync(file)
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
    if (error instanceof StoreError) throw error
    throw new StoreError(`cannot open ${file}: ${(error as Error).message}`)
  }
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
