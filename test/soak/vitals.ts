import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ServerProcess } from '../faults/server-process.ts'
import { until } from '../support/until.ts'

/** What a server holds. */
export interface Vitals {
  /** Bytes of memory that the system has given it. */
  rss: number
  /** Bytes that it makes use of, all garbage collected. */
  held: number
  /** File descriptors. */
  files: number
}

/** The environment that lets a server be asked. */
export const WITNESSED = () => ({ NODE_OPTIONS: `--import=${fileURLToPath(new URL('witness.js', import.meta.url))}` })

/** Asks the server what it holds. */
export async function vitals(server: ServerProcess): Promise<Vitals> {
  const testimonies = () => Array.from(server.said.matchAll(/^witness (.*)$/gm), ([, json]) => json!)
  const before = testimonies().length
  process.kill(server.pid!, 'SIGUSR2')
  await until(() => testimonies().length > before)
  return JSON.parse(testimonies().at(-1)!) as Vitals
}

/** The most memory that the server has had since it was started, in bytes. */
export function mostMemory({ pid }: ServerProcess): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}
