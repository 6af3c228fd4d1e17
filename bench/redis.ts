import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { start, stop } from './server-process.ts'

/** Whether there is a Redis to measure on. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export interface RedisProcess {
  pid: number
  url: string
  stop(): Promise<void>
}

/** A Redis on an empty directory, which writes everything down before it answers, or every second. */
export async function startRedis(directory: string, sync: 'always' | 'everysec' = 'always'): Promise<RedisProcess> {
  const port = await freePort()
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', mkdtempSync(join(directory, 'redis-'))]
  const child = start('redis-server', [...where, '--appendonly', 'yes', '--appendfsync', sync, '--save', ''])
  child.stdout!.resume()
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error('redis-server ended before it listened')
    await delay(20)
  }
  return { pid: child.pid!, url: `redis://127.0.0.1:${port}`, stop: () => stop(child) }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
