import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import { isNewRoomName, LOBBY, parseRoomName } from '../../chat/room/room-name.ts'

/** The two paths of a resource of rooms: `path` for the lobby, and `/rooms/:room` plus `path`. */
export function inRoom(path: string): string[] {
  return [path, `/rooms/:room${path}`]
}

/** The canonical name of the room in the path. Throws the Refusal `not_found` when it is not a valid room name. */
export function roomOf(ctx: Context): string {
  const { room: raw } = ctx.params as { room?: string }
  const room = raw === undefined ? LOBBY : parseRoomName(raw)
  if (room === undefined) throw new Refusal('not_found')
  return room
}

/** The same for a request that writes. Also refuses a room without entries whose name new rooms may not have. */
export async function roomToWriteIn(ctx: Context, log: RoomLog): Promise<string> {
  const room = roomOf(ctx)
  if (!isNewRoomName(room) && (await log.extent(room)).head === 0) throw new Refusal('not_found')
  return room
}
