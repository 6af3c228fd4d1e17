import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a directory and its missing parents; only this user can access them. It does not use Node's `recursive`
 * option, which never returns for a parent in which nothing can be created, such as /proc.
 */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  makeDirectory(dirname(directory))
  mkdirSync(directory, { mode: 0o700 })
}
