import { Router } from '@koa/router'
import type { Context, Middleware, Next } from 'koa'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { entryJson } from '../../chat/log/entry-json.ts'
import { formatId } from '../../chat/log/cursor.ts'
import type { Format } from '../../chat/format/format.ts'
import { FORMATS } from '../../chat/format/formats.ts'
import type { Language } from '../../chat/format/language.ts'
import { isUnreachable, Refusal } from '../../chat/refusal.ts'
import type { Listening } from '../../chat/room/room.ts'
import type { Once, RoomLog } from '../../chat/log/room-log.ts'
import type { Rooms } from '../../chat/room/rooms.ts'
import type { SessionStore } from '../../chat/names/session.ts'
import { anonymousSpeaker, guestSpeaker, senderOf, sessionSpeaker, type Speaker } from '../../chat/names/speaker.ts'
import { parseText } from '../../chat/log/text.ts'
import type { Observer } from '../../chat/room/observer.ts'
import { comment, type EventStream } from '../../sse/index.ts'
import { fields, textBody } from '../request/body.ts'
import { startEventStream } from './event-stream.ts'
import { countedAs } from '../limits/address.ts'
import type { Guards } from '../limits/guards.ts'
import { findSession, sessionOf } from '../middleware/session.ts'
import { cursorOf, queryText } from '../request/query.ts'
import { inRoom, roomOf, roomToWriteIn } from '../request/room-param.ts'

const Utterance = z.object({ message: z.string().default(''), name: z.string().optional(), key: z.string().optional() })

/** What somebody wants to say. */
interface Said {
  text: string
  speaker: Speaker
  once: Once | undefined
}

const BEGIN_AGAIN_MS = 300
const UNREACHABLE = comment('the store cannot be reached')
const KEY = /^[A-Za-z0-9_-]{1,64}$/

export interface ChatDependencies {
  rooms: Rooms
  log: RoomLog
  sessions: SessionStore
  guards: Guards
  /** Answers a form that a browser posts with a page. */
  answerForm: Middleware
  observer: Observer
  /** Whether a client without a session may post. */
  guests: boolean
}

/**
 * `GET …/chat`: the event stream of a room. `POST …/chat` only appends to the log; the room gets the entry from there.
 */
export function chatRoutes({ rooms, log, sessions, guards, answerForm, observer, guests }: ChatDependencies): Router {
  async function listen(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    const format = formatOf(ctx)
    const since = sinceOf(ctx)
    guards.streams.enter(ctx)
    const stream = startEventStream(ctx)
    if (stream.destroyed) return
    try {
      await begin(stream, ctx, room, { format, since, session: sessionOf(ctx) })
    } catch (error) {
      if (!isUnreachable(error)) throw error
      // An EventSource never reconnects after a 503, so keep the stream open and try again.
      stream.write(UNREACHABLE)
      void beginLater(stream, ctx, room, { format, since })
    }
  }

  async function begin(stream: EventStream, ctx: Context, room: string, listening: Listening): Promise<void> {
    const opened = await rooms.get(room, countedAs(ctx.ip))
    await opened.listen(stream, listening)
  }

  /** Retries until the store can be reached, or the client disconnects. */
  async function beginLater(stream: EventStream, ctx: Context, room: string, listening: Listening): Promise<void> {
    while (stream.writable) {
      await delay(BEGIN_AGAIN_MS)
      try {
        return await begin(stream, ctx, room, { ...listening, session: await findSession(ctx, sessions) })
      } catch (error) {
        if (!isUnreachable(error)) stream.destroy(error as Error)
      }
    }
  }

  async function speak(ctx: Context): Promise<void> {
    const began = performance.now()
    const room = await roomToWriteIn(ctx, log)
    const { text, once, speaker } = await utterance(ctx)
    const { name, guest, owner } = speaker
    const draft = { event: 'message', name, text, guest, owner, ...(once && { once }) } as const
    const { epoch, entry, isNew } = await log.append(room, draft)
    observer.durable(performance.now() - began)
    ctx.status = isNew ? 201 : 200
    ctx.body = entry.event === 'erased' ? { id: formatId(epoch, entry.number), erased: true } : entryJson(epoch, entry)
  }

  /** Refuses what is posted too fast, but not what is stored already: a retry must never look refused. */
  async function pace(ctx: Context, next: Next): Promise<unknown> {
    try {
      await guards.pace(ctx, nothing)
    } catch (error) {
      if (!(await isStored(ctx).catch(() => false))) throw error
    }
    return next()
  }

  async function isStored(ctx: Context): Promise<boolean> {
    await guards.body(ctx, nothing)
    const { once } = await utterance(ctx)
    return once !== undefined && (await log.said(roomOf(ctx), once)) !== undefined
  }

  async function utterance(ctx: Context): Promise<Said> {
    const plain = textBody(ctx)
    const session = sessionOf(ctx)
    if (!session && !guests) throw new Refusal('guests_off')
    if (plain !== undefined) {
      const speaker = session ? sessionSpeaker(session, undefined) : anonymousSpeaker(ctx.ip)
      return said(parseText(plain), speaker, keyOf(ctx, undefined))
    }
    const { message, name, key } = fields(ctx, Utterance)
    const text = parseText(message)
    const speaker = session ? sessionSpeaker(session, name) : await guestSpeaker(name, sessions)
    return said(text, speaker, keyOf(ctx, key))
  }

  function formatOf(ctx: Context): Format {
    const name = queryText(ctx, 'format') ?? 'text'
    if (name === 'json') return FORMATS.json
    if (name === 'text') return FORMATS.text[ctx.state.language as Language]
    throw new Refusal('bad_query')
  }

  return new Router().get(inRoom('/chat'), listen).post(inRoom('/chat'), answerForm, pace, guards.body, speak)
}

function said(text: string, speaker: Speaker, key: string | undefined): Said {
  return { text, speaker, once: key === undefined ? undefined : { sender: senderOf(speaker.sender, text), key } }
}

/** The `next` of a middleware that is called by itself. */
async function nothing(): Promise<void> {}

/** Where to resume. The header wins: a browser that reconnects updates it, but repeats the original query. */
function sinceOf(ctx: Context): ReturnType<typeof cursorOf> | 'start' | undefined {
  const id = ctx.get('Last-Event-ID') || queryText(ctx, 'lastEventId')
  if (id) return cursorOf(id)
  const since = queryText(ctx, 'since')
  if (!since) return undefined
  return since === 'start' ? 'start' : cursorOf(since)
}

function keyOf(ctx: Context, field: string | undefined): string | undefined {
  const key = ctx.get('Idempotency-Key') || field
  if (key !== undefined && !KEY.test(key)) throw new Refusal('bad_request')
  return key
}
