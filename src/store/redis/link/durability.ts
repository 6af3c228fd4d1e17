import { isUnreachable } from '../../../chat/refusal.ts'
import type { Connection } from './connection.ts'

/** How durable a server's writes are. */
export interface Durability {
  /** Whether every acknowledged write survives a restart. */
  survivesRestart: boolean
  /** Warnings for the operator, each in one line. */
  warnings: string[]
}

/** Reads a server's persistence settings. Rejects with the Refusal `store_unreachable`. */
export async function checkDurability(connection: Connection): Promise<Durability> {
  const settings = await readSettings(connection)
  if (!settings) {
    const warning = 'cannot find out whether Redis keeps its data on disk: it does not allow CONFIG GET'
    return { survivesRestart: false, warnings: [warning] }
  }
  const is = (name: string, value: string) => settings.get(name) === value
  const warnings: string[] = []
  if (is('appendonly', 'no')) {
    const kept = is('save', '') ? 'keeps nothing on disk' : 'only saves a copy now and then'
    warnings.push(`Redis ${kept}: set appendonly yes, or a restart of Redis loses messages`)
  } else if (is('appendfsync', 'no')) {
    warnings.push('Redis lets the operating system decide when to write to disk: set appendfsync everysec or always')
  }
  if (!is('maxmemory', '0') && !is('maxmemory-policy', 'noeviction'))
    warnings.push('Redis deletes messages when its memory is full: set maxmemory-policy noeviction')
  const isWritten = is('appendonly', 'yes') && is('appendfsync', 'always') && is('no-appendfsync-on-rewrite', 'no')
  return { survivesRestart: isWritten, warnings }
}

const SETTINGS = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'save', 'maxmemory', 'maxmemory-policy']

async function readSettings(connection: Connection): Promise<Map<string, string> | undefined> {
  try {
    const reply = await connection.send<string[] | Record<string, string>>(['CONFIG', 'GET', ...SETTINGS])
    return new Map(Array.isArray(reply) ? pairs(reply) : Object.entries(reply))
  } catch (error) {
    if (isUnreachable(error)) throw error
    return undefined
  }
}

function pairs(flat: string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2]!, flat[index * 2 + 1]!])
}
