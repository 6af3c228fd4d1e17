import { Router } from '@koa/router'
import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { z } from 'zod'
import { formatId, type Cursor } from '../chat/cursor.ts'
import { eventJson, standingJson } from '../chat/entry-json.ts'
import { Refusal } from '../chat/refusal.ts'
import type { RoomLog } from '../chat/room-log.ts'
import type { Rooms } from '../chat/rooms.ts'
import { parseText } from '../chat/text.ts'
import { body, fields } from './body.ts'
import { sessionOf } from './middleware/session.ts'
import { cursorOf, queryCursor, queryNumber } from './query.ts'
import { inRoom, roomOf } from './room-param.ts'
import { etagOf } from './etag.ts'

const NDJSON = 'application/x-ndjson'
const Edit = z.object({ message: z.string().default('') })
const MOST_MESSAGES = 200
const MOST_SECONDS = 60
const EXPORT_PAGE = 500

/** GET …/messages (history, long poll, export), PATCH and DELETE …/messages/:id. */
export function messageRoutes(rooms: Rooms, log: RoomLog): Router {
  async function read(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    ctx.vary('Accept')
    if (ctx.accepts('json', NDJSON) === NDJSON) return exportRoom(ctx, room)
    const after = queryCursor(ctx, 'after')
    return after ? poll(ctx, room, after) : page(ctx, room)
  }

  async function page(ctx: Context, room: string): Promise<void> {
    const limit = queryNumber(ctx, 'limit', 1, MOST_MESSAGES) ?? 50
    const before = queryCursor(ctx, 'before')
    const isKnown = !before || before.epoch === log.epoch
    const { messages, more, head } = await log.history(room, isKnown ? limit : 0, before?.number)
    const last = before && isKnown ? (messages.at(-1)?.number ?? before.number) : head
    ctx.body = {
      messages: messages.map((message) => standingJson(log.epoch, message)),
      cursor: formatId(log.epoch, last),
      more: isKnown && more,
      ...(!isKnown && { reset: true }),
    }
    revalidate(ctx)
  }

  async function poll(ctx: Context, room: string, after: Cursor): Promise<void> {
    const waitMs = (queryNumber(ctx, 'wait', 0, MOST_SECONDS) ?? 0) * 1000
    const limit = queryNumber(ctx, 'limit', 1, MOST_MESSAGES) ?? MOST_MESSAGES
    if (await isLost(ctx, room, after)) return
    const opened = await rooms.get(room)
    await opened.wait(after.number, waitMs, leaving(ctx), sessionOf(ctx))
    const entries = await log.read(room, after.number, limit)
    // Other entries may have its numbers by now.
    if (after.epoch !== log.epoch && (await isLost(ctx, room, after))) return
    ctx.body = {
      events: entries.map((entry) => eventJson(log.epoch, entry)),
      cursor: formatId(log.epoch, entries.at(-1)?.number ?? after.number),
    }
  }

  /** Answers a cursor that cannot be gone on from. */
  async function isLost(ctx: Context, room: string, after: Cursor): Promise<boolean> {
    const { first, head } = await log.extent(room)
    const isKnown = after.epoch === log.epoch && after.number <= head && after.number >= first - 1
    if (!isKnown) ctx.body = { events: [], cursor: formatId(log.epoch, head), reset: true }
    return !isKnown
  }

  async function exportRoom(ctx: Context, room: string): Promise<void> {
    const { first, head } = await log.extent(room)
    ctx.type = NDJSON
    ctx.body = Readable.from(lines(room, first - 1, head))
  }

  async function* lines(room: string, after: number, head: number): AsyncGenerator<string> {
    const { epoch } = log
    while (after < head) {
      const entries = await log.read(room, after, Math.min(EXPORT_PAGE, head - after))
      if (entries.length === 0) return
      // It breaks off, and its reader sees that it does.
      if (log.epoch !== epoch) throw new Refusal('store_unreachable')
      after += entries.length
      yield entries.map((entry) => `${JSON.stringify(eventJson(epoch, entry))}\n`).join('')
    }
  }

  async function edit(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    const { message, owner, name } = ownMessage(ctx)
    const text = parseText(fields(ctx, Edit).message)
    await log.append(room, { event: 'edited', message, name, text, owner })
    const standing = await log.message(room, message)
    if (!standing) throw new Refusal('message_deleted')
    ctx.body = standingJson(log.epoch, standing)
  }

  async function remove(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    await log.append(room, { event: 'deleted', ...ownMessage(ctx) })
    ctx.status = 204
  }

  /** The message that a request is about, and who asks. Whether it is theirs is for the log to say. */
  function ownMessage(ctx: Context): { message: number; owner: string; name: string } {
    const { epoch, number } = cursorOf(String(ctx.params.id))
    if (epoch !== log.epoch) throw new Refusal('unknown_message')
    const session = sessionOf(ctx)
    if (session) return { message: number, owner: session.id, name: session.name.text }
    // Nobody's session is no message's owner: the log still tells an unknown message from somebody else's.
    return { message: number, owner: '', name: '' }
  }

  return new Router()
    .get(inRoom('/messages'), read)
    .patch(inRoom('/messages/:id'), body(), edit)
    .delete(inRoom('/messages/:id'), remove)
}

/** Answers 304 to a client that has these very bytes. */
function revalidate(ctx: Context): void {
  const bytes = JSON.stringify(ctx.body)
  ctx.type = 'json'
  ctx.body = bytes
  ctx.set('Cache-Control', 'no-cache')
  ctx.etag = etagOf(bytes)
  if (hasSeen(ctx.get('If-None-Match'), ctx.response.get('ETag'))) ctx.status = 304
}

// Not `ctx.fresh`: that gives way to `Cache-Control: no-cache`, which every `fetch` with a validator of its own sends.
function hasSeen(validators: string, etag: string): boolean {
  return validators.split(',').some((validator) => validator.trim().replace(/^W\//, '') === etag)
}

/** Aborts when the client goes away. */
function leaving(ctx: Context): AbortSignal {
  const controller = new AbortController()
  // It may have gone while the store was asked.
  if (ctx.res.closed) controller.abort()
  ctx.res.once('close', () => controller.abort())
  return controller.signal
}
