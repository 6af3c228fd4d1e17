import { Router } from '@koa/router'
import Koa from 'koa'
import { fileURLToPath } from 'node:url'
import { makeFormats } from './chat/formats.ts'
import type { Language } from './chat/language.ts'
import { isUnreachable } from './chat/refusal.ts'
import { Rooms } from './chat/rooms.ts'
import type { Store } from './chat/store.ts'
import type { Rate } from './http/address-limit.ts'
import { chatRoutes } from './http/chat.ts'
import { clockRoutes } from './http/clock.ts'
import { messageRoutes } from './http/messages.ts'
import { errors } from './http/middleware/errors.ts'
import { language } from './http/middleware/language.ts'
import { ownOrigin, sharedOrigins } from './http/middleware/origins.ts'
import { exactTypes } from './http/middleware/page-headers.ts'
import { session } from './http/middleware/session.ts'
import { namedEventRoutes } from './http/named-events.ts'
import { nameRoutes } from './http/names.ts'
import { operationRoutes } from './http/operations.ts'
import { pageRoutes } from './http/pages.ts'
import { roomRoutes } from './http/rooms.ts'
import { userRoutes } from './http/users.ts'
import { Hub } from './sse/index.ts'

export interface AppOptions {
  language: Language
  nameLifetimeMs: number
  replayLimit: number
  /** Whether somebody without a session may speak; so by default. */
  guests?: boolean
  /** Origins whose pages may read and speak here, beside our own. */
  corsOrigins?: readonly string[]
  /** How many names one address may take; any number by default. */
  nameLimit?: Rate | undefined
  /** Milliseconds without traffic after which a stream gets a heartbeat. */
  heartbeatMs?: number
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs?: number
  /** Milliseconds between two looks for rooms that everybody has left. */
  sweepMs?: number
  /** Milliseconds between two tellings of who has come and gone. */
  announceMs?: number
  /** Milliseconds in which a name is said to be typing once at the most. */
  typingMs?: number
  /** Milliseconds between two dates of the clock. */
  clockMs?: number
  /** Milliseconds between two named events. */
  namedEventsMs?: number
  /** Called with what goes wrong on our side. */
  onError: (error: unknown) => void
}

export interface App {
  koa: Koa
  hub: Hub
  rooms: Rooms
  /** Drops what is no longer to be kept at `now`, in milliseconds since 1970; a session that listens is in use. */
  sweep: (now: number) => Promise<void>
}

/** The files that the build makes of `views`; beside this one when it is built, and where that would be when it is not. */
const VIEWS = fileURLToPath(new URL('../dist/views', import.meta.url))

/** Teahouse over a store, without a server. */
export function makeApp(store: Store, options: AppOptions): App {
  const { log, sessions } = store
  const { nameLifetimeMs, onError, corsOrigins = [] } = options
  const hub = new Hub({ heartbeatMs: options.heartbeatMs ?? 15_000 })
  const rooms = new Rooms(store, hub, {
    graceMs: 10_000,
    sweepMs: 10_000,
    announceMs: 1000,
    typingMs: 3000,
    ...options,
  })
  store.onRestart(() => rooms.restart())
  sessions.onChange((before, after) => rooms.changeSession(before, after))
  const formats = makeFormats(log)

  const resources = [
    pageRoutes(log, VIEWS),
    chatRoutes({ rooms, log, sessions, formats, guests: options.guests ?? true }),
    messageRoutes(rooms, log),
    userRoutes(rooms),
    roomRoutes(rooms, log),
    nameRoutes({ rooms, sessions, lifetimeMs: nameLifetimeMs, limit: options.nameLimit }),
    clockRoutes(hub, options.clockMs ?? 1000),
    namedEventRoutes(hub, options.namedEventsMs ?? 3000),
    operationRoutes(),
  ]
  const router = new Router()
  for (const resource of resources) router.use(resource.routes())

  const koa = new Koa()
  koa.on('error', (error) => {
    if (!isDeparture(error)) onError(error)
  })
  koa.use(language(options.language))
  koa.use(exactTypes())
  if (corsOrigins.length > 0) koa.use(sharedOrigins(corsOrigins))
  koa.use(errors(onError))
  koa.use(ownOrigin(corsOrigins))
  koa.use(session(sessions))
  koa.use(router.routes())
  koa.use(router.allowedMethods())

  async function sweep(now: number): Promise<void> {
    try {
      await sessions.use(rooms.sessions(), now)
      await store.sweep(now)
    } catch (error) {
      // What cannot be reached now is swept the next time.
      if (!isUnreachable(error)) throw error
    }
  }

  return { koa, hub, rooms, sweep }
}

/** What a connection says when its client has closed it, broken it off, lost it, or stopped in the middle of a request. */
const DEPARTURE =
  /^(ERR_STREAM_PREMATURE_CLOSE|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ERR_HTTP_REQUEST_TIMEOUT|HPE_\w+)$/

/**
 * Koa reports every client that leaves; that is how a stream ends, and no error. What goes wrong on our side does not
 * come this way: the middleware catches it.
 */
function isDeparture(error: NodeJS.ErrnoException): boolean {
  return DEPARTURE.test(error.code ?? '')
}
