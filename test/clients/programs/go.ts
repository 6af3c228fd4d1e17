import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CACHE, cacheProgram } from './cache.ts'
import { run } from './run.ts'

const SOURCES = 'test/clients/go'
const BINARIES = join(CACHE, 'go')

/** Builds the programs of test/clients/go. */
export function buildGo(): void {
  run('go', ['build', '-C', SOURCES, '-o', `${BINARIES}/`, './...'])
}

/** Where a program is once it is built. */
export function goBinary(name: string): string {
  return join(BINARIES, name)
}

/** Builds a program of one file, which needs no modules but those of test/clients/go. */
export function buildGoExample(name: string, source: string): void {
  const directory = dirname(cacheProgram(join(`${name}-source`, 'main.go'), source))
  for (const file of ['go.mod', 'go.sum']) cpSync(join(SOURCES, file), join(directory, file))
  run('go', ['build', '-C', directory, '-o', goBinary(name), '.'])
}
