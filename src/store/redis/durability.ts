import type { Connection } from './connection.ts'

/** What is known of how a server keeps what it was told. */
export interface Durability {
  /** Whether a restart of it loses nothing that it has answered. */
  survivesRestart: boolean
  /** What its operator should know, in one line; undefined when all is well. */
  warning: string | undefined
}

/** Asks a server how it keeps its data. */
export async function checkDurability(connection: Connection): Promise<Durability> {
  const settings = await readSettings(connection)
  if (!settings) {
    const warning = 'it cannot be told whether Redis keeps its data on disk: it does not allow CONFIG GET'
    return { survivesRestart: false, warning }
  }
  const isLogged = settings.get('appendonly') === 'yes'
  const syncs = settings.get('appendfsync')
  if (!isLogged) {
    const isSaved = (settings.get('save') ?? '') !== ''
    const kept = isSaved ? 'only saves a copy now and then' : 'keeps nothing on disk'
    return { survivesRestart: false, warning: `Redis ${kept}: set appendonly yes, or what was said is lost with it` }
  }
  const alwaysSyncs = syncs === 'always' && settings.get('no-appendfsync-on-rewrite') !== 'yes'
  const warning =
    syncs === 'no'
      ? 'Redis leaves it to the system when to write to disk: set appendfsync everysec or always'
      : undefined
  return { survivesRestart: alwaysSyncs, warning }
}

async function readSettings(connection: Connection): Promise<Map<string, string> | undefined> {
  const names = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'save']
  try {
    const reply = await connection.send<string[] | Record<string, string>>(['CONFIG', 'GET', ...names])
    return new Map(Array.isArray(reply) ? pairs(reply) : Object.entries(reply))
  } catch {
    return undefined
  }
}

function pairs(flat: string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2]!, flat[index * 2 + 1]!])
}
