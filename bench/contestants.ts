import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { hasNchan, startNchan } from './nchan.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'

/** A chat server that listens and is posted to at `/rooms/:room/chat`. */
export interface Contestant {
  name: string
  /** Starts it in a process of its own; what it stores goes into `directory`. */
  start: (directory: string) => Promise<ServerProcess>
}

export const TEAHOUSE = 'Teahouse'
export const ON_REDIS = 'Teahouse on Redis'
export const TWO_NODES = 'two nodes on Redis'
export const NODE = 'Node http'
export const KOA = 'Koa + PassThrough'
export const BETTER_SSE = 'better-sse'
export const NCHAN = 'nchan'

/** Teahouse as anybody starts it, over the store in `directory`. */
export function startTeahouse(directory: string, program = ['dist/main.js']): Promise<ServerProcess> {
  const options = ['--host', '127.0.0.1', '--port', '0', '--limits', 'off', '--data', directory]
  return startServerProcess([...program, ...options])
}

/** One of many nodes. */
export function startNode(redis: string): Promise<ServerProcess> {
  const options = ['--host', '127.0.0.1', '--port', '0', '--limits', 'off', '--redis', redis]
  return startServerProcess(['dist/main.js', ...options])
}

/** All that can be started on this machine, or those of them whose names begin so. */
export function contestants(names: string[]): Contestant[] {
  const rival = (name: string, file: string) => ({ name, start: () => startServerProcess([`bench/rivals/${file}`]) })
  const all: Contestant[] = [
    { name: TEAHOUSE, start: (directory) => startTeahouse(mkdtempSync(join(directory, 'data-'))) },
    rival(NODE, 'node-http.js'),
    rival(KOA, 'koa-pass-through.js'),
    rival(BETTER_SSE, 'better-sse.js'),
    ...(hasNchan
      ? [{ name: NCHAN, start: (directory: string) => startNchan(mkdtempSync(join(directory, 'nginx-'))) }]
      : []),
  ]
  const isWanted = ({ name }: Contestant) =>
    names.length === 0 || names.some((start) => name.toLowerCase().startsWith(start.toLowerCase()))
  return all.filter(isWanted)
}
