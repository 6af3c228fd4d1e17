import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Rooms } from '../../chat/room/rooms.ts'
import type { Guards } from '../limits/guards.ts'
import { requiredSession } from '../middleware/session.ts'
import { inRoom, roomOf } from '../request/room-param.ts'

/** `GET …/users`: who is in the room. `POST …/typing`: tells the room that this session is typing. */
export function userRoutes(rooms: Rooms, { pace, reads }: Guards): Router {
  async function users(ctx: Context): Promise<void> {
    ctx.body = await rooms.roster(roomOf(ctx))
  }

  async function typing(ctx: Context): Promise<void> {
    rooms.typing(roomOf(ctx), requiredSession(ctx))
    ctx.status = 204
  }

  return new Router().get(inRoom('/users'), reads.guard, users).post(inRoom('/typing'), pace, typing)
}
