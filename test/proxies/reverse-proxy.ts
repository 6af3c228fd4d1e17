import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/process/free-port.ts'
import { dial } from '../support/http/socket.ts'
import { until } from '../support/until.ts'

/** How a reverse proxy is started. */
export interface Program {
  command: string
  /** Whether it gives quiet connections up. */
  hasTimeouts: boolean
  /** Runs it in the foreground, with its configuration in `file` and a `directory` of its own. */
  args: (file: string, directory: string) => string[]
  /** The whole configuration around that of the site; with timeouts of `seconds` in place of its own. */
  around: (site: string, directory: string, seconds: number | undefined) => string
}

/** The site of one Teahouse, in the proxy's own words. */
export interface Site {
  program: Program
  protocol: 'http' | 'https'
  text: (port: number, upstream: string) => string
}

export interface ReverseProxy {
  url: string
  stop(): Promise<void>
}

/** A real reverse proxy on loopback in front of the server at `upstream`. */
export async function startReverseProxy(site: Site, upstream: string, seconds?: number): Promise<ReverseProxy> {
  const { program, protocol } = site
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'teahouse-proxy-'))
  const file = join(directory, 'config')
  writeFileSync(file, program.around(site.text(port, new URL(upstream).host), directory, seconds))
  const child = spawn(program.command, program.args(file, directory), { env: { ...process.env, HOME: directory } })
  let said = ''
  for (const output of [child.stdout, child.stderr]) output.on('data', (text: Buffer) => (said += text.toString()))
  const exited = once(child, 'exit')
  const url = `${protocol}://127.0.0.1:${port}`

  async function answers(): Promise<boolean> {
    if (child.exitCode !== null) throw new Error(`${program.command} has ended: ${said}`)
    const { socket } = await dial(url).catch(() => ({ socket: undefined }))
    socket?.destroy()
    return socket !== undefined
  }

  await until(answers, () => `${program.command}, which said ${said}`)
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(directory, { recursive: true })
    },
  }
}
