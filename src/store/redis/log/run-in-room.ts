import { roomKeys } from '../keys.ts'
import type { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** The answer of EXTENT. */
export type Extended = [stamp: string | null, first: string, head: string, at: string]

/** Runs a script of `log-scripts.ts` on the room's server. Rejects as `Connection.send` does. */
export async function runInRoom<T>(
  shards: Shards,
  script: Script,
  room: string,
  args: (string | number)[],
): Promise<T> {
  return shards.of(roomKeys(room).entries).run(script, keysOf(room), args)
}

/** Runs a script that adds entries to the room. Resolves and rejects as `Connection.write` does. */
export async function writeInRoom<T>(
  shards: Shards,
  script: Script,
  room: string,
  args: (string | number)[],
): Promise<T> {
  return shards.of(roomKeys(room).entries).write(script, keysOf(room), args)
}

function keysOf(room: string): string[] {
  const { entries, state, changed, gaps, said, saidAt, feed } = roomKeys(room)
  return [entries, state, changed, gaps, said, saidAt, feed]
}
