import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Context as TestContext } from 'mocha'
import { noteMissing, skipWithout } from './missing.ts'

const USUAL = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']
/** Where programs are looked for: PATH, and where systems keep them. Debian keeps servers in `sbin`, which users may not have in PATH. */
export const DIRECTORIES = [...(process.env.PATH ?? '').split(delimiter), ...USUAL].filter((path) => path !== '')

/** The path of the first of these programs that is installed. */
export function findProgram(...names: string[]): string | undefined {
  return names.flatMap((name) => DIRECTORIES.map((directory) => join(directory, name))).find(isExecutable)
}

/** Whether a program is installed. Without it tests are skipped, which the run says at its end; with `CI` it must be there. */
export function hasProgram(...names: string[]): boolean {
  if (findProgram(...names) !== undefined) return true
  if (process.env.CI) throw new Error(`${names[0]} is not installed`)
  noteMissing(names[0]!)
  return false
}

/** The path of a program, without which the tests of this context are skipped; with `CI` it must be there. */
export function requireProgram(test: TestContext, ...names: string[]): string {
  return hasProgram(...names) ? findProgram(...names)! : skipWithout(test, names[0]!)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
