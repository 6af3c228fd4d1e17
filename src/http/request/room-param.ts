import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { LOBBY, parseRoomName } from '../../chat/room/room-name.ts'

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
