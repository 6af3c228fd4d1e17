import { roomKeys } from '../keys.ts'
import type { Script } from '../link/script.ts'
import type { Shards } from '../link/shards.ts'

/** Runs a script of `log-scripts.ts` where a room is. Rejects as `Connection.send` does. */
export async function runInRoom<T>(
  shards: Shards,
  script: Script,
  room: string,
  args: (string | number)[],
): Promise<T> {
  return shards.of(roomKeys(room).log).run(script, keysOf(room), args)
}

/** Runs one that adds to the room. Resolves and rejects as `Connection.write` does. */
export async function writeInRoom<T>(
  shards: Shards,
  script: Script,
  room: string,
  args: (string | number)[],
): Promise<T> {
  return shards.of(roomKeys(room).log).write(script, keysOf(room), args)
}

function keysOf(room: string): string[] {
  const { log, state, standing, said, saidAt, entries } = roomKeys(room)
  return [log, state, standing, said, saidAt, entries]
}
