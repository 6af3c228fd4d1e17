import type { Connection } from '../link/connection.ts'
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
  return runOn(shards.of(roomKeys(room).log), script, room, args)
}

/** Runs it on a connection to where the room is. */
export function runOn<T>(connection: Connection, script: Script, room: string, args: (string | number)[]): Promise<T> {
  const { log, state, standing, said, saidAt, entries } = roomKeys(room)
  return connection.run(script, [log, state, standing, said, saidAt, entries], args)
}
