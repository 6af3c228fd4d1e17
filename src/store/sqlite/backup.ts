import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../store-error.ts'
import { checkNoLog, FILE_NAME, holdDirectory, openFile } from './database.ts'
import { checkFile, checkSchema } from './file/check-file.ts'
import { makePrivateFile } from './file/private.ts'
import { startEpoch } from './migrations.ts'

/**
 * Copies the store of a directory to a new file, while a server may go on writing. The copy has the state of one
 * moment. Throws StoreError.
 */
export function backUp(directory: string, file: string): void {
  const source = join(directory, FILE_NAME)
  if (!existsSync(source)) throw new StoreError(`there is no store in ${directory}`)
  if (existsSync(file)) throw new StoreError(`${file} exists already`)
  try {
    copyStore(source, file)
  } catch (error) {
    throw new StoreError(`cannot back up ${source} to ${file}: ${(error as Error).message}`)
  }
}

/**
 * Copies a backup into a directory that has no store yet. Throws StoreError. The copy gets a new epoch, which
 * invalidates all cursors: entries written after the backup are lost, and new entries will get the same numbers.
 */
export function restore(file: string, directory: string): void {
  const target = join(directory, FILE_NAME)
  const release = holdDirectory(directory)
  try {
    if (existsSync(target)) throw new StoreError(`there is a store in ${directory} already`)
    checkNoLog(target)
    const copy = `${target}.restoring`
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${copy}${suffix}`, { force: true })
    try {
      copyStore(file, copy, { readOnly: true })
    } catch (error) {
      throw new StoreError(`${file} is no backup: ${(error as Error).message}`)
    }
    const sql = openFile(copy)
    startEpoch(sql)
    // Leave write-ahead mode: the rename below moves only the database, not its write-ahead log.
    sql.exec('PRAGMA journal_mode = DELETE')
    sql.close()
    renameSync(copy, target)
  } finally {
    release()
  }
}

/** Copies a store's file to a new file that only this user can read. Removes the new file when it fails. */
function copyStore(source: string, file: string, { readOnly = false } = {}): void {
  checkFile(source)
  let sql: DatabaseSyncInstance | undefined
  let isMade = false
  try {
    sql = new DatabaseSync(source, { readOnly })
    sql.exec('PRAGMA busy_timeout = 5000')
    checkSchema(sql)
    makePrivateFile(file)
    isMade = true
    sql.prepare('VACUUM INTO ?').run(file)
  } catch (error) {
    if (isMade) rmSync(file, { force: true })
    throw error
  } finally {
    sql?.close()
  }
}
