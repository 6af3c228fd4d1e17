import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AttackOptions, AttackReport } from './attack.ts'

const MAIN = fileURLToPath(new URL('attack-main.ts', import.meta.url))

/** The process of the attackers, which does not outlive this one. */
export class Attackers {
  readonly #child: ChildProcess

  constructor(options: AttackOptions) {
    this.#child = fork(MAIN, [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] })
    process.once('exit', () => this.#child.kill('SIGKILL'))
  }

  /** Ends the attack, and resolves with what it was. */
  async end(): Promise<AttackReport> {
    this.#child.send('end')
    const [report] = (await once(this.#child, 'message')) as [AttackReport]
    await this.stop()
    return report
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}
