import { foldName } from '../../../chat/names/fold.ts'
import { SESSIONS } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import { REKEY } from './session-scripts.ts'
import { KEYS } from './session-store.ts'

/** Which keys the names have: 2 are those of `foldName` with look-alikes; 0.1.0 had others and wrote down nothing. */
const FORM = '2'
const BATCH = 500

/**
 * Gives the names that were taken under 0.1.0 the keys of today. Nodes may do it at once, each before it takes names: every
 * step is one script, and does nothing the second time.
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
