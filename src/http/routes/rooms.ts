import { Router } from '@koa/router'
import type { Context } from 'koa'
import { formatId } from '../../chat/log/cursor.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import type { Rooms } from '../../chat/room/rooms.ts'

const MOST_ROOMS = 200

/** GET /rooms: the rooms with someone in them or something said, busiest first. */
export function roomRoutes(rooms: Rooms, log: RoomLog): Router {
  async function list(ctx: Context): Promise<void> {
    const stored = new Map((await log.rooms(MOST_ROOMS)).map((room) => [room.room, room]))
    const counts = await rooms.counts()
    const known = Array.from(new Set([...stored.keys(), ...counts.keys()]), (room) => ({
      room,
      count: counts.get(room) ?? 0,
      at: stored.get(room)?.at ?? 0,
    }))
    const busiest = known.toSorted((a, b) => b.count - a.count || b.at - a.at).slice(0, MOST_ROOMS)
    const items = busiest.map(async ({ room, count, at }) => {
      const { epoch, head } = stored.get(room) ?? (await log.extent(room))
      return { room, count, head: formatId(epoch, head), at: at === 0 ? null : new Date(at).toISOString() }
    })
    ctx.body = { rooms: await Promise.all(items) }
  }

  return new Router().get('/rooms', list)
}
