import { foldName } from '../../../chat/names/fold.ts'
import { SESSIONS } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import { REKEY } from './session-scripts.ts'
import { KEYS } from './session-store.ts'

/** The version of the name keys: 2 is `foldName` with look-alikes. 0.1.0 had other keys, and stored no version. */
const FORM = '2'
const BATCH = 500

/**
 * Migrates the names that were taken under 0.1.0 to today's keys. Each node must call it before it claims names.
 * Several nodes may run it at the same time, because every step is one idempotent script.
 */
export async function rekeyNames(shards: Shards): Promise<void> {
  const connection = shards.of(SESSIONS.sessions)
  if ((await connection.send<string | null>(['GET', SESSIONS.form])) === FORM) return
  let cursor = '0'
  do {
    const scan = ['HSCAN', SESSIONS.sessions, cursor, 'COUNT', String(BATCH)]
    const [next, found] = await connection.send<[string, string[]]>(scan)
    for (let at = 0; at < found.length; at += 2) {
      const [text, folded] = JSON.parse(found[at + 1]!) as [string, string]
      const key = foldName(text)
      if (key !== folded) await connection.run(REKEY, KEYS, [found[at]!, text, key])
    }
    cursor = next
  } while (cursor !== '0')
  await connection.send(['SET', SESSIONS.form, FORM])
}
