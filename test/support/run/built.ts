import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Whoever imports this module finds `dist` as the sources of now make it: what is older than them is built anew, once.

const SOURCES = ['src', 'views', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
/** What the build writes first, and what it writes last. */
const [FIRST, LAST] = ['dist/main.js', 'dist/views/embed.js.gz']
/** A file with the id of the process that builds. */
const LOCK = 'node_modules/.teahouse-build'

while (isStale()) {
  if (takeLock()) build()
  else pause(100)
}

// Not awaited: mocha requires the test files, and what is required cannot wait.
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function isStale(): boolean {
  return !existsSync(FIRST) || !existsSync(LAST) || newest(SOURCES) > statSync(FIRST).mtimeMs
}

/** The latest change of these files, and of all that is in these folders. */
function newest(paths: string[]): number {
  const times = paths.map((path) => {
    const { mtimeMs } = statSync(path)
    if (!statSync(path).isDirectory()) return mtimeMs
    // A folder changes when a file in it is deleted.
    return Math.max(mtimeMs, newest(readdirSync(path).map((name) => join(path, name))))
  })
  return Math.max(...times)
}

function build(): void {
  try {
    if (!isStale()) return
    console.error('building dist, which is older than src or views')
    execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** Whether this process may build now. A process that has died does not hold the lock. */
function takeLock(): boolean {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(holder())) rmSync(LOCK, { force: true })
    return false
  }
}

function holder(): number {
  return existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
