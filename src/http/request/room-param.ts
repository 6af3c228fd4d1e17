import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import { isNewRoomName, LOBBY, parseRoomName } from '../../chat/room/room-name.ts'

/** The paths of a resource: under `/rooms/:room`, and at the root for the lobby. */
export function inRoom(path: string): string[] {
  return [path, `/rooms/:room${path}`]
}

/** The room that a request is about, in canonical form; throws the Refusal `not_found` when it can be no room. */
export function roomOf(ctx: Context): string {
  const { room: raw } = ctx.params as { room?: string }
  const room = raw === undefined ? LOBBY : parseRoomName(raw)
  if (room === undefined) throw new Refusal('not_found')
  return room
}

/** The same for a request that adds to the room: also refused when it would be new and may not have that name. */
export async function roomToWriteIn(ctx: Context, log: RoomLog): Promise<string> {
  const room = roomOf(ctx)
  if (!isNewRoomName(room) && (await log.extent(room)).head === 0) throw new Refusal('not_found')
  return room
}
