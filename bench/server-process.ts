import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A server in a process of its own. */
export interface ServerProcess {
  port: number
  /** Milliseconds from its start until it listened. */
  startMs: number
  stop(): Promise<void>
}

/** Starts a server and waits until it prints where it listens. Rejects when it ends before that. */
export async function startServerProcess(args: string[]): Promise<ServerProcess> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await listeningPort(child)
  return {
    port,
    startMs: performance.now() - started,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

async function listeningPort(child: ChildProcess): Promise<number> {
  let text = ''
  for await (const bytes of child.stdout!) {
    text += String(bytes)
    const port = /:(\d+)\n/.exec(text)?.[1]
    if (port) return Number(port)
  }
  throw new Error(`the server ended before it listened: ${text}`)
}
