import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory, and those that it is to be in, if they are missing, for this user alone. One after the other: Node's own `recursive` never
 * ends where a directory can be seen and nothing be made in it, as in /proc.
 */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return
  makeDirectory(dirname(directory))
  mkdirSync(directory, { mode: 0o700 })
}
