import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import '../support/run/built.ts'
import { until } from '../support/until.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/**
 * All clients come from one address, and more often than any that means well; no reader may ever be so far behind that it
 * is told to start anew.
 */
const ARGS = ['--limits', 'off', '--replay-limit', '1000000']
const START_MS = 60_000

type Child = ChildProcessByStdio<null, Readable, Readable>

/** The server as its operator starts it: one process at a time, always on the same store and port. */
export class ServerProcess {
  readonly #store: string[]
  readonly #port: number
  readonly #args: string[]
  readonly #env: NodeJS.ProcessEnv
  #child: Child | undefined
  #kills = 0
  #said = ''
  #complaints = ''

  /** `store` are the options that say where it keeps things. */
  constructor(store: string[], port: number, args = ARGS, env: NodeJS.ProcessEnv = {}) {
    this.#store = store
    this.#port = port
    this.#args = args
    this.#env = env
    process.once('exit', () => this.#child?.kill('SIGKILL'))
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** Whether there is a process, which may not listen yet. */
  get isRunning(): boolean {
    return this.#child !== undefined
  }

  get kills(): number {
    return this.#kills
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** What it has written to stdout since it was last started. */
  get said(): string {
    return this.#said
  }

  /** What it has written to stderr, and the errors in its log, in all its lives; nothing, when all is well. */
  get complaints(): string {
    return this.#complaints + errorsIn(this.#said)
  }

  /** Starts the process; it may take a while until it listens. */
  spawn(): void {
    const args = [...this.#store, '--port', String(this.#port), '--host', '127.0.0.1', ...this.#args]
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: this.#env })
    this.#complaints += errorsIn(this.#said)
    this.#said = ''
    child.stdout.on('data', (bytes) => (this.#said += String(bytes)))
    child.stderr.on('data', (bytes) => (this.#complaints += String(bytes)))
    this.#child = child
  }

  /** Resolves once it listens; rejects with what it complained of when it ends instead. */
  async listening(): Promise<void> {
    const child = this.#child
    const isOver = () => !child || child.exitCode !== null || child.signalCode !== null
    await until(
      () => this.#said.includes('teahouse listens on') || isOver(),
      () => 'the server to listen',
      START_MS,
    )
    if (isOver()) throw new Error(`the server did not start (is it built?): ${this.complaints}`)
  }

  /** Ends it without a warning, and resolves when it is gone. */
  async kill(): Promise<void> {
    this.#kills++
    await this.#end('SIGKILL')
  }

  /** Asks it to drain; whether it has the time to is another matter. */
  askToStop(): void {
    this.#child?.kill('SIGTERM')
  }

  /** Asks it to drain, and resolves with its exit code when it is gone. */
  async drain(): Promise<number | null> {
    const child = this.#child
    await this.#end('SIGTERM')
    return child?.exitCode ?? null
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill(signal)
    await ended
  }
}

function errorsIn(log: string): string {
  return Array.from(log.matchAll(/^.*"level":"error".*$/gm), ([line]) => `${line}\n`).join('')
}
