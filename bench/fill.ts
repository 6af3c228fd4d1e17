import type { Entry, Message } from '../src/chat/log/entry.ts'
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../src/chat/store.ts'

const BATCH = 1000

/** Fills the store in `data`, which no server may have open. */
export async function fill(data: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = openSqliteStore({ directory: data, nameLifetimeMs: 1 })
  await work(store)
  await store.close()
}

/** Adds `count` entries to a room; `entry` makes the one with this number, which counts from 1. */
export async function addEntries(
  { log }: Store,
  room: string,
  count: number,
  entry: (number: number) => Entry,
): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done)
    await log.import(
      room,
      Array.from({ length: size }, (_, n) => entry(done + n + 1)),
    )
  }
}

/** A message of `room`, by a guest. */
export function messageOf(
  room: string,
  number: number,
  text = `message ${number} of so many that nobody reads them all`,
): Message {
  return { event: 'message', number, room, name: 'bob', text, at: Date.now(), guest: true, author: null }
}
