import { Router } from '@koa/router'
import type { Context } from 'koa'
import { formatId } from '../../chat/log/cursor.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import type { Rooms } from '../../chat/room/rooms.ts'
import type { Guards } from '../limits/guards.ts'

const MOST_ROOMS = 200
/** Milliseconds for which all requests share one answer. */
const ANSWER_MS = 1000

interface RoomInList {
  room: string
  count: number
  head: string
  at: string | null
}

/** `GET /rooms`: the rooms that have somebody in them or entries, busiest first. The answer may be one second old. */
export function roomRoutes(rooms: Rooms, log: RoomLog, { reads }: Guards): Router {
  let answer: Promise<RoomInList[]> | undefined

  async function list(ctx: Context): Promise<void> {
    answer ??= shared()
    ctx.body = { rooms: await answer }
  }

  /** The answer that requests share. After a failure, the next request asks again. */
  async function shared(): Promise<RoomInList[]> {
    try {
      const found = await busiest()
      setTimeout(() => (answer = undefined), ANSWER_MS).unref()
      return found
    } catch (error) {
      answer = undefined
      throw error
    }
  }

  async function busiest(): Promise<RoomInList[]> {
    const [newest, counts] = await Promise.all([log.rooms(MOST_ROOMS), rooms.counts()])
    const stored = new Map(newest.map((room) => [room.room, room]))
    const known = Array.from(new Set([...stored.keys(), ...counts.keys()]), (room) => ({
      room,
      count: counts.get(room) ?? 0,
      at: stored.get(room)?.at ?? 0,
    }))
    const first = known.toSorted((a, b) => b.count - a.count || b.at - a.at).slice(0, MOST_ROOMS)
    const items = first.map(async ({ room, count, at }) => {
      const { epoch, head } = stored.get(room) ?? (await log.extent(room))
      return { room, count, head: formatId(epoch, head), at: at === 0 ? null : new Date(at).toISOString() }
    })
    return Promise.all(items)
  }

  return new Router().get('/rooms', reads.guard, list)
}
