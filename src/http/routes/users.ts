import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { Rooms } from '../../chat/room/rooms.ts'
import { requiredSession } from '../middleware/session.ts'
import { inRoom, roomOf } from '../request/room-param.ts'

/** GET …/users, POST …/typing: who is here, and what they are about to do. */
export function userRoutes(rooms: Rooms): Router {
  async function users(ctx: Context): Promise<void> {
    ctx.body = await rooms.roster(roomOf(ctx))
  }

  async function typing(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    const session = requiredSession(ctx)
    const opened = await rooms.get(room)
    opened.audience.typing(session)
    ctx.status = 204
  }

  return new Router().get(inRoom('/users'), users).post(inRoom('/typing'), typing)
}
