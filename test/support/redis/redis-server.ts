import { createClient } from '@redis/client'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFree } from '../process/free-port.ts'
import { hasProgram } from '../run/programs.ts'
import { until } from '../until.ts'

/** Whether there is a Redis to test with; with `CI` there must be. */
export const hasRedis = hasProgram('redis-server')

// None outlives this process.
const running = new Set<RedisServer>()
process.once('exit', () => {
  for (const server of running) server.remove()
})

/** Below the ports that systems give to outgoing connections; a server of a cluster takes the one 10,000 above too. */
const FIRST_PORT = 17_000
const PORTS = 5000

/** A real redis-server on loopback, on a directory of its own: to be killed, and started again on what it has left. */
export class RedisServer {
  readonly port: number
  readonly #settings: string[]
  readonly #directory = mkdtempSync(join(tmpdir(), 'teahouse-redis-'))
  #child: ChildProcess | undefined

  private constructor(port: number, settings: string[]) {
    this.port = port
    this.#settings = settings
    running.add(this)
  }

  /** By default it forgets nothing that it has answered. */
  static async start(settings: Record<string, string> = {}): Promise<RedisServer> {
    const all = { appendonly: 'yes', appendfsync: 'always', save: '', ...settings }
    const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])
    const server = new RedisServer(await freePort(), flags)
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#directory]
    this.#child = spawn('redis-server', [...where, '--daemonize', 'no', ...this.#settings], { stdio: 'ignore' })
    await until(
      async () => (await this.send('PING').catch(() => '')) === 'PONG',
      () => `redis-server on ${this.port}`,
    )
  }

  /** Sends one command over a connection of its own. */
  async send(...args: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, socket: { reconnectStrategy: false } })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.sendCommand(args)
    } finally {
      if (client.isOpen) client.destroy()
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  /** Takes bytes off the end of what it has written, as a machine that dies does. It must not run. */
  async truncate(bytes: number): Promise<void> {
    const directory = join(this.#directory, 'appendonlydir')
    const file = readdirSync(directory).find((name) => name.endsWith('.incr.aof'))!
    truncateSync(join(directory, file), Math.max(0, statSync(join(directory, file)).size - bytes))
  }

  /** All that it has on disk. */
  readFiles(): Buffer {
    const found = readdirSync(this.#directory, { recursive: true, withFileTypes: true })
    const files = found.filter((entry) => entry.isFile())
    return Buffer.concat(files.map(({ parentPath, name }) => readIfThere(join(parentPath, name))))
  }

  async stop(): Promise<void> {
    await this.kill()
    this.remove()
  }

  /** Ends it at once, and throws away what it has written. */
  remove(): void {
    running.delete(this)
    this.#child?.kill('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port
  }
}

/** A server deletes its old files in the background. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
