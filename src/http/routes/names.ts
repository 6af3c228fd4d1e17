import { Router } from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { isSameName, parseName, type Name } from '../../chat/names/name.ts'
import { isReserved } from '../../chat/names/reserved.ts'
import { Refusal } from '../../chat/refusal.ts'
import { LOBBY, parseRoomName } from '../../chat/room/room-name.ts'
import type { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import type { Rooms } from '../../chat/room/rooms.ts'
import { hashToken, newToken, type Session, type SessionStore } from '../../chat/names/session.ts'
import { countedAs } from '../limits/address.ts'
import { fields } from '../request/body.ts'
import type { Guards } from '../limits/guards.ts'
import { renewCookie, requiredSession, sessionOf, setCookie, tokenOf } from '../middleware/session.ts'

const NameRequest = z.object({ name: z.string().default(''), room: z.string().default(LOBBY) })

export interface NameDependencies {
  rooms: Rooms
  sessions: SessionStore
  pseudonyms: Pseudonyms
  /** Milliseconds after which an unused session expires. */
  lifetimeMs: number
  guards: Guards
}

/** `POST /addUser` takes a name, `GET /me` shows it, `DELETE /me` gives it up. */
export function nameRoutes({ rooms, sessions, pseudonyms, lifetimeMs, guards }: NameDependencies): Router {
  async function addUser(ctx: Context): Promise<void> {
    const request = fields(ctx, NameRequest)
    const held = sessionOf(ctx)
    const name = nameFor(request.name, held)
    const roomName = parseRoomName(request.room)
    if (roomName === undefined) throw new Refusal('not_found')

    const token = (held && tokenOf(ctx)) ?? newToken()
    if (held?.name.folded !== name.folded) guards.names?.spend(countedAs(ctx.ip))
    const session = held ? await rename(held, name) : await sessions.claim(name, hashToken(token))
    if (!session) throw new Refusal('name_taken')
    setCookie(ctx, token, lifetimeMs)
    ctx.body = { success: 'ok', name: session.name.text, token }
    rooms.announce(roomName, session)
  }

  /** Renames the session. Undefined when the new name is taken. A request for the name that it has changes nothing. */
  async function rename(held: Session, name: Name): Promise<Session | undefined> {
    return held.name.folded === name.folded ? held : sessions.rename(held, name)
  }

  async function me(ctx: Context): Promise<void> {
    const session = requiredSession(ctx)
    renewCookie(ctx, lifetimeMs)
    ctx.body = { success: 'ok', name: session.name.text, author: pseudonyms.author(session.id) }
  }

  async function giveUp(ctx: Context): Promise<void> {
    const session = requiredSession(ctx)
    await sessions.end(session)
    setCookie(ctx, null, lifetimeMs)
    ctx.status = 204
  }

  return new Router()
    .post('/addUser', guards.pace, guards.body, addUser)
    .get('/me', guards.reads.guard, me)
    .delete('/me', guards.pace, giveUp)
}

/** The requested name. The session's own name always passes, even when today's rules would not allow it. */
function nameFor(raw: string, held: Session | undefined): Name {
  if (held && isSameName(raw, held.name)) return held.name
  const name = parseName(raw)
  if (!name) throw new Refusal('bad_name')
  if (isReserved(name.folded)) throw new Refusal('name_taken')
  return name
}
