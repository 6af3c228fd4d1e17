import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The directory of the programs of other languages and of what they need; git ignores it, and the next run finds it. */
export const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/teahouse-clients', import.meta.url))

/** Writes a program into the cache, from where it finds the packages of this project; returns where it is. */
export function cacheProgram(name: string, source: string): string {
  const file = join(CACHE, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, source)
  return file
}
