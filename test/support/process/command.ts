import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import '../run/built.ts'
import { until } from '../until.ts'

export interface Command {
  child: ChildProcess
  stdout: string
  stderr: string
  /** Resolves with the exit code. */
  exit: Promise<number | null>
}

/** The built command, once for each `start`; `stop` leaves none of them running. */
export class Commands {
  readonly #running: Command[] = []

  start(args: string[], env: NodeJS.ProcessEnv = {}, user: { uid?: number; gid?: number } = {}): Command {
    const child = spawn(process.execPath, ['dist/main.js', ...args], { env: { ...process.env, ...env }, ...user })
    const exit = once(child, 'exit').then(([code]) => code as number | null)
    const command: Command = { child, stdout: '', stderr: '', exit }
    child.stdout.on('data', (text: Buffer) => (command.stdout += text.toString()))
    child.stderr.on('data', (text: Buffer) => (command.stderr += text.toString()))
    this.#running.push(command)
    return command
  }

  async stop(): Promise<void> {
    for (const { child, exit } of this.#running.splice(0)) {
      child.kill('SIGKILL')
      await exit
    }
  }
}

/** Resolves with where a server listens. */
export async function urlOf(command: Command): Promise<string> {
  await until(
    () => command.stdout.includes('listens on'),
    () => `a server, which said ${command.stderr}`,
  )
  return /https?:\S+/.exec(command.stdout)![0]
}
