import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../src/chat/store.ts'
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/store.ts'

/** A store under test: opened, and opened again on what the first has left. */
export interface Backend {
  name: string
  /** Whether what is written is there after the store was opened again. */
  keeps: boolean
  open(options?: Partial<SqliteOptions>): Promise<Store>
  /** Throws away what it has written. */
  clear(): void
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Every store, each of which the one contract holds for. */
export function backends(): Backend[] {
  const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
  const open = async (where: string, options: Partial<SqliteOptions> = {}) =>
    openSqliteStore({ nameLifetimeMs: 30 * DAY_MS, ...options, directory: where })
  return [
    { name: 'memory', keeps: false, open: (options) => open(':memory:', options), clear: () => {} },
    {
      name: 'SQLite',
      keeps: true,
      open: (options) => open(directory, options),
      clear: () => rmSync(directory, { recursive: true, force: true }),
    },
  ]
}
