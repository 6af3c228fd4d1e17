import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '../run/built.ts'
import { freePort } from './free-port.ts'

/** The built command on a port and a store of its own, to be killed and started again. */
export class TeahouseProcess {
  readonly url: string
  readonly #port: number
  readonly #data: string
  #child: ChildProcess | undefined

  private constructor(port: number, data: string) {
    this.#port = port
    this.#data = data
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(): Promise<TeahouseProcess> {
    const teahouse = new TeahouseProcess(await freePort(), await mkdtemp(join(tmpdir(), 'teahouse-')))
    await teahouse.start()
    return teahouse
  }

  async start(): Promise<void> {
    const args = ['dist/main.js', '--port', String(this.#port), '--host', '127.0.0.1', '--data', this.#data]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(this.#child.stdout!, 'data')
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child!
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#data, { recursive: true })
  }
}
