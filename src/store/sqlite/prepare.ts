import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'

/** Prepares SQL statements; returns them under the same names. */
export function prepareAll<Name extends string>(
  sql: DatabaseSyncInstance,
  statements: Record<Name, string>,
): Record<Name, StatementSyncInstance> {
  const prepared = Object.entries<string>(statements).map(([name, text]) => [name, sql.prepare(text)])
  return Object.fromEntries(prepared) as Record<Name, StatementSyncInstance>
}
