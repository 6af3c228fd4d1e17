import { Router } from '@koa/router'
import { Readable } from 'node:stream'
import type { Context } from 'koa'
import { z } from 'zod'
import { formatId, type Cursor } from '../../chat/log/cursor.ts'
import { eventJson, standingJson } from '../../chat/log/entry-json.ts'
import { Refusal } from '../../chat/refusal.ts'
import { readEntries } from '../../chat/log/read-entries.ts'
import type { Extent, RoomLog } from '../../chat/log/room-log.ts'
import type { Rooms } from '../../chat/room/rooms.ts'
import { parseText } from '../../chat/log/text.ts'
import { countedAs } from '../limits/address.ts'
import { entriesPage, historyPage } from '../limits/answer-size.ts'
import { fields } from '../request/body.ts'
import type { Guards } from '../limits/guards.ts'
import { sessionOf } from '../middleware/session.ts'
import { cursorOf, queryCursor, queryNumber } from '../request/query.ts'
import { inRoom, roomOf } from '../request/room-param.ts'
import { etagOf } from '../pages/etag.ts'

const NDJSON = 'application/x-ndjson'
const Edit = z.object({ message: z.string().default('') })
const MOST_MESSAGES = 200
const MOST_SECONDS = 60
/** Entries that one export holds in memory at a time. */
const EXPORT_PAGE = 25

/** `GET …/messages` (history, long poll, export), `PATCH` and `DELETE …/messages/:id`. */
export function messageRoutes(rooms: Rooms, log: RoomLog, guards: Guards): Router {
  async function read(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    ctx.vary('Accept')
    if (ctx.accepts('json', NDJSON) === NDJSON) return exportRoom(ctx, room)
    const after = queryCursor(ctx, 'after')
    if (after) return poll(ctx, room, after)
    guards.reads.spend(ctx)
    return page(ctx, room)
  }

  async function page(ctx: Context, room: string): Promise<void> {
    const limit = queryNumber(ctx, 'limit', 1, MOST_MESSAGES) ?? 50
    const before = queryCursor(ctx, 'before')
    const { epoch, messages, more, head } = await historyPage(log, room, limit, before?.number)
    const isKnown = !before || before.epoch === epoch
    const last = before && isKnown ? (messages.at(-1)?.number ?? before.number) : head
    const bytes = answer(ctx, {
      messages: isKnown ? messages.map((message) => standingJson(epoch, message)) : [],
      cursor: formatId(epoch, last),
      more: isKnown && more,
      ...(!isKnown && { reset: true }),
    })
    revalidate(ctx, bytes)
  }

  async function poll(ctx: Context, room: string, after: Cursor): Promise<void> {
    const waitMs = (queryNumber(ctx, 'wait', 0, MOST_SECONDS) ?? 0) * 1000
    const limit = queryNumber(ctx, 'limit', 1, MOST_MESSAGES) ?? MOST_MESSAGES
    const extent = await log.extent(room)
    const mustWait = waitMs > 0 && holds(extent, after) && after.number === extent.head
    // A wait takes the place of a stream, so it does not count as a request too.
    if (mustWait) await wait(ctx, room, after, waitMs)
    else guards.reads.spend(ctx)
    if (!holds(extent, after)) return answerReset(ctx, extent)
    const { epoch, entries } = await entriesPage(log, room, after.number, limit)
    // In a new epoch the same numbers are other entries.
    if (epoch !== after.epoch) return answerReset(ctx, await log.extent(room))
    answer(ctx, {
      events: entries.map((entry) => eventJson(epoch, entry)),
      cursor: formatId(epoch, entries.at(-1)?.number ?? after.number),
    })
  }

  async function wait(ctx: Context, room: string, after: Cursor, ms: number): Promise<void> {
    guards.streams.enter(ctx)
    const opened = await rooms.get(room, countedAs(ctx.ip))
    await opened.wait(after, ms, leaving(ctx), sessionOf(ctx))
  }

  async function exportRoom(ctx: Context, room: string): Promise<void> {
    guards.streams.enter(ctx)
    const extent = await log.extent(room)
    ctx.type = NDJSON
    ctx.body = Readable.from(lines(room, extent))
  }

  /** When the log loses entries meanwhile, this throws and the answer breaks off, so that its reader sees it. */
  async function* lines(room: string, { epoch, first, head }: Extent): AsyncGenerator<string> {
    for await (const entries of readEntries(log, room, { epoch, after: first - 1, upTo: head }, EXPORT_PAGE)) {
      yield entries.map((entry) => `${JSON.stringify(eventJson(epoch, entry))}\n`).join('')
    }
  }

  async function edit(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    const own = ownMessage(ctx)
    const text = parseText(fields(ctx, Edit).message)
    await log.append(room, { event: 'edited', ...own, text })
    const { epoch, message } = await log.message(room, own.message)
    if (epoch !== own.epoch || !message) throw new Refusal('message_deleted')
    ctx.body = standingJson(epoch, message)
  }

  async function remove(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    await log.append(room, { event: 'deleted', ...ownMessage(ctx) })
    ctx.status = 204
  }

  /** The message in the path, and the session that asks. The log checks whether that session wrote it. */
  function ownMessage(ctx: Context): { epoch: string; message: number; owner: string; name: string } {
    const { epoch, number: message } = cursorOf(String(ctx.params.id))
    const session = sessionOf(ctx)
    if (session) return { epoch, message, owner: session.id, name: session.name.text }
    // The empty owner matches no message; the log then refuses with `unknown_message` or `not_your_message`.
    return { epoch, message, owner: '', name: '' }
  }

  return new Router()
    .get(inRoom('/messages'), read)
    .patch(inRoom('/messages/:id'), guards.pace, guards.body, edit)
    .delete(inRoom('/messages/:id'), guards.pace, remove)
}

/** Whether the log still has every entry after the cursor. */
function holds({ epoch, first, head }: Extent, after: Cursor): boolean {
  return after.epoch === epoch && after.number <= head && after.number >= first - 1
}

function answerReset(ctx: Context, { epoch, head }: Extent): void {
  answer(ctx, { events: [], cursor: formatId(epoch, head), reset: true })
}

/** Responds with JSON, and returns its text. As a string, its length is known to the limits. */
function answer(ctx: Context, value: object): string {
  const text = JSON.stringify(value)
  ctx.type = 'json'
  ctx.body = text
  return text
}

/** Sets the ETag of these bytes, and changes the response to 304 when the client has them. */
function revalidate(ctx: Context, bytes: string): void {
  ctx.set('Cache-Control', 'no-cache')
  ctx.etag = etagOf(bytes)
  if (hasSeen(ctx.get('If-None-Match'), ctx.response.get('ETag'))) ctx.status = 304
}

// `ctx.fresh` ignores the validator when the request has `Cache-Control: no-cache`, which `fetch` adds to such
// requests.
function hasSeen(validators: string, etag: string): boolean {
  return validators.split(',').some((validator) => validator.trim().replace(/^W\//, '') === etag)
}

/** A signal that aborts when the client disconnects. */
function leaving(ctx: Context): AbortSignal {
  const controller = new AbortController()
  // The client may have disconnected already.
  if (ctx.res.closed) controller.abort()
  ctx.res.once('close', () => controller.abort())
  return controller.signal
}
