import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { until } from '../until.ts'

/** A program that runs beside the test, and what it has printed. */
export class Program {
  readonly child: ChildProcess
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>
  stdout = ''
  stderr = ''

  constructor(command: string, args: string[], { cwd, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    // A group of its own, so that what it starts ends with it.
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true })
    this.child = child
    this.exit = once(child, 'exit').then(([code]) => code as number | null)
    child.stdout.on('data', (text: Buffer) => (this.stdout += text.toString()))
    child.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()))
  }

  /** Resolves with the first match in what it prints. */
  async prints(pattern: RegExp): Promise<string> {
    await until(
      () => pattern.test(this.stdout),
      () => `${pattern} in ${JSON.stringify(this.stdout)}; ${this.stderr}`,
    )
    return pattern.exec(this.stdout)![0]
  }

  /** Ends it, and everything that it has started. */
  async stop(): Promise<void> {
    try {
      process.kill(-this.child.pid!, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
    await this.exit
  }
}
