import type { Pseudonyms } from '../../../chat/log/pseudonyms.ts'
import { senderOf } from '../../../chat/names/speaker.ts'
import { StoreError } from '../../store-error.ts'
import { FORM, oldRoomKeys, roomKeys } from '../keys.ts'
import type { Connection } from '../link/connection.ts'
import type { Shards } from '../link/shards.ts'
import { fingerprintOf, KEY_LIFETIME_MS } from '../log/once-key.ts'
import { MOVE_ENTRIES, REKEY_SAID } from './migrate-scripts.ts'

/** The newest form of rooms, stored in Redis. In form 2 rooms are lists; 0.1.0 used streams and stored no form. */
const NEWEST = '2'
const OLD_LOG = /^teahouse:\{(.*)\}:log$/s
/** The most entries or keys that one script migrates. */
const BATCH = 500
const KEYS_SCANNED = 1000

type StreamItem = [id: string, fields: string[]]

export interface Migration {
  pseudonyms: Pseudonyms
  /** Called with a line for the operator's log. */
  onNotice: (line: string) => void
}

/**
 * Migrates the rooms of 0.1.0 to the newest form. Call it before anything else uses the rooms. Several nodes may run it
 * at the same time, and a later call completes an interrupted one: each step is one script, which continues where the
 * earlier ones have stopped. Rejects with a StoreError when a newer version has written the rooms.
 */
export async function migrateRooms(shards: Shards, { pseudonyms, onNotice }: Migration): Promise<void> {
  const home = shards.of(FORM)
  const form = await home.send<string | null>(['GET', FORM])
  if (form === NEWEST) return
  if (form !== null) throw new StoreError(`a newer version of Teahouse has changed what Redis has (form ${form})`)
  let rooms = 0
  for (const connection of shards) {
    for await (const room of findOldRooms(connection)) {
      if (rooms++ === 0) onNotice('Redis has rooms of 0.1.0: they are brought to the form of this version first')
      await rekeySaid(connection, room, pseudonyms)
      await moveEntries(connection, room)
    }
  }
  await home.send(['SET', FORM, NEWEST])
  if (rooms > 0) onNotice(`${rooms} rooms of 0.1.0 have the form of this version now`)
}

async function* findOldRooms(connection: Connection): AsyncGenerator<string> {
  let cursor = '0'
  do {
    const scan = ['SCAN', cursor, 'MATCH', 'teahouse:{*}:log', 'COUNT', String(KEYS_SCANNED), 'TYPE', 'stream']
    const [next, keys] = await connection.send<[string, string[]]>(scan)
    for (const key of keys) yield OLD_LOG.exec(key)![1]!
    cursor = next
  } while (cursor !== '0')
}

/**
 * Replaces idempotency keys by fingerprints: 0.1.0 stored `<key> <sender>`, with addresses. Call it before
 * `moveEntries`, because it reads the texts from the old stream.
 */
async function rekeySaid(connection: Connection, room: string, pseudonyms: Pseudonyms): Promise<void> {
  const { said, saidAt } = roomKeys(room)
  let cursor = '0'
  do {
    const scan = ['HSCAN', said, cursor, 'COUNT', String(BATCH)]
    const [next, found] = await connection.send<[string, string[]]>(scan)
    const old = pairs(found).filter(([field]) => field.includes(' '))
    const renamed = await Promise.all(
      old.map(async ([field, number]) => {
        const space = field.indexOf(' ')
        const [key, sender] = [field.slice(0, space), field.slice(space + 1)]
        const text = await textOf(connection, room, number)
        return [field, text === undefined ? '' : fingerprintOf({ key, sender: senderOf(sender, text) }, pseudonyms)]
      }),
    )
    if (renamed.length > 0) await connection.run(REKEY_SAID, [said, saidAt], [KEY_LIFETIME_MS, ...renamed.flat()])
    cursor = next
  } while (cursor !== '0')
}

async function moveEntries(connection: Connection, room: string): Promise<void> {
  const { log, standing } = oldRoomKeys(room)
  const { entries, changed, gaps, state } = roomKeys(room)
  const keys = [log, standing, entries, changed, gaps, state]
  while ((await connection.run<number>(MOVE_ENTRIES, keys, [BATCH])) === BATCH);
}

async function textOf(connection: Connection, room: string, number: string): Promise<string | undefined> {
  const { log } = oldRoomKeys(room)
  const [item] = await connection.send<StreamItem[]>(['XRANGE', log, `${number}-0`, `${number}-0`])
  return pairs(item?.[1] ?? []).find(([name]) => name === 'text')?.[1]
}

function pairs(list: string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, n) => [list[n * 2]!, list[n * 2 + 1]!])
}
