import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../store-error.ts'
import { FILE_NAME, holdDirectory, openFile } from './database.ts'
import { startEpoch } from './migrations.ts'

/** Writes the store of a directory to a new file, as it is at one moment; a server may go on writing meanwhile. */
export function backUp(directory: string, file: string): void {
  const source = join(directory, FILE_NAME)
  if (!existsSync(source)) throw new StoreError(`there is no store in ${directory}`)
  if (existsSync(file)) throw new StoreError(`${file} exists already`)
  const sql = new DatabaseSync(source)
  try {
    sql.exec('PRAGMA busy_timeout = 5000')
    sql.prepare('VACUUM INTO ?').run(file)
  } catch (error) {
    throw new StoreError(`cannot back up ${source} to ${file}: ${(error as Error).message}`)
  } finally {
    sql.close()
  }
}

/**
 * Makes a backup the store of a directory that has none. It gets a new epoch: what was said after the backup was made
 * is gone, and a client that has seen it must not take what is said now under the same numbers for the same.
 */
export function restore(file: string, directory: string): void {
  const target = join(directory, FILE_NAME)
  const release = holdDirectory(directory)
  try {
    if (existsSync(target)) throw new StoreError(`there is a store in ${directory} already`)
    checkBackup(file)
    const copy = `${target}.restoring`
    copyFileSync(file, copy)
    const sql = openFile(copy)
    startEpoch(sql)
    // Else part of it would stay in a second file, under the name that the copy has now.
    sql.exec('PRAGMA journal_mode = DELETE')
    sql.close()
    renameSync(copy, target)
  } finally {
    release()
  }
}

function checkBackup(file: string): void {
  let sql: DatabaseSyncInstance | undefined
  try {
    sql = new DatabaseSync(file, { readOnly: true })
    sql.prepare('SELECT epoch FROM meta').get()
  } catch (error) {
    throw new StoreError(`${file} is no backup: ${(error as Error).message}`)
  } finally {
    sql?.close()
  }
}
