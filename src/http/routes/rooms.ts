import { Router } from '@koa/router'
import type { Context } from 'koa'
import { formatId } from '../../chat/log/cursor.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import type { Rooms } from '../../chat/room/rooms.ts'

const MOST_ROOMS = 200

/** GET /rooms: the rooms with someone in them or something said, busiest first. */
export function roomRoutes(rooms: Rooms, log: RoomLog): Router {
  async function list(ctx: Context): Promise<void> {
    const known = new Map((await log.rooms(MOST_ROOMS)).map((stored) => [stored.room, { ...stored, count: 0 }]))
    for (const [room, count] of await rooms.counts()) {
      const head = rooms.find(room)?.head ?? 0
      known.set(room, { head, at: 0, ...known.get(room), room, count })
    }
    const busiest = [...known.values()].toSorted((a, b) => b.count - a.count || b.at - a.at).slice(0, MOST_ROOMS)
    ctx.body = {
      rooms: busiest.map(({ room, count, head, at }) => ({
        room,
        count,
        head: formatId(log.epoch, head),
        at: at === 0 ? null : new Date(at).toISOString(),
      })),
    }
  }

  return new Router().get('/rooms', list)
}
