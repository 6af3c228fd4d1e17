import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Context as TestContext } from 'mocha'

// The processes that mocha starts for parallel runs inherit the file from the one that sums up.
const FILE = (process.env.TEST_MISSING ??= join(mkdtempSync(join(tmpdir(), 'teahouse-missing-')), 'list'))

/** Notes that some tests are skipped because this machine has no `what`. */
export function noteMissing(what: string): void {
  appendFileSync(FILE, `${what}\n`)
}

/** Skips a test, or all tests of a suite in its `before`, because this machine has no `what`. */
export function skipWithout(test: TestContext, what: string): never {
  noteMissing(what)
  return test.skip()
}

/** Everything that was missing in this run, each once. Only the process that sums up may ask, and once. */
export function takeMissing(): string[] {
  const noted = existsSync(FILE) ? readFileSync(FILE, 'utf8').trim().split('\n') : []
  rmSync(dirname(FILE), { recursive: true, force: true })
  return [...new Set(noted)].toSorted()
}
