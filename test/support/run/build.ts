import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Target {
  sources: string[]
  /** What is older than the sources when these have changed since, and what is there when the build has ended. */
  outputs: [first: string, last: string]
  command: string[]
}

const VIEWS: Target = {
  sources: ['views', 'package.json'],
  outputs: ['dist/views/chat.html', 'dist/views/embed.js.gz'],
  command: [process.execPath, '--import', 'tsx', 'views/build.ts'],
}
const COMMAND: Target = {
  sources: ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'],
  outputs: ['dist/main.js', VIEWS.outputs[1]],
  command: ['npm', 'run', '--silent', 'build'],
}
/** A file with the id of the process that builds. */
const LOCK = 'node_modules/.teahouse-build'

/** Builds the pages when they are older than `views`. Only one process builds; the others wait for it. */
export function ensureViews(): void {
  ensure(VIEWS)
}

/** Builds the command when it is older than `src`, and the pages with it. */
export function ensureCommand(): void {
  ensure(COMMAND)
  ensure(VIEWS)
}

function ensure(target: Target): void {
  while (isStale(target)) {
    if (takeLock()) build(target)
    else pause(100)
  }
}

function isStale({ sources, outputs: [first, last] }: Target): boolean {
  return !existsSync(first) || !existsSync(last) || newest(sources) > statSync(first).mtimeMs
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

function build(target: Target): void {
  const [program, ...args] = target.command
  try {
    if (!isStale(target)) return
    console.error(`building dist, which is older than ${target.sources[0]}`)
    execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] })
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
  return existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : process.pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

// Not awaited: mocha requires the test files, and what is required cannot wait.
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
