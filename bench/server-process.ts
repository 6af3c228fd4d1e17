import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A server in a process of its own. */
export interface ServerProcess {
  pid: number
  port: number
  /** Milliseconds from its start until it listened. */
  startMs: number
  /** Ends it; returns the last line that it has printed. */
  stop(): Promise<string>
}

/** Starts a server of Node's and waits until it prints where it listens. Rejects when it ends before that. */
export async function startServerProcess(args: string[]): Promise<ServerProcess> {
  const started = performance.now()
  const child = start(process.execPath, args)
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (more: string) => (text += more))
  const port = await listeningPort(child, () => text)
  const startMs = performance.now() - started
  return {
    pid: child.pid!,
    port,
    startMs,
    async stop() {
      await stop(child)
      return text.trimEnd().split('\n').at(-1) ?? ''
    },
  }
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** Starts a program that does not outlive this one. */
export function start(program: string, args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Ends a process, at once if it takes too long. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exit
  clearTimeout(late)
}

function listeningPort(child: ChildProcess, text: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout!.on('data', () => {
      const port = /\/\/\S+?:(\d+)\s/.exec(text())?.[1]
      if (port) resolve(Number(port))
    })
    child.once('exit', () => reject(new Error(`the server ended before it listened: ${text()}`)))
  })
}
