import { Router } from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { fileURLToPath } from 'node:url'
import type { Language } from './chat/format/language.ts'
import { isUnreachable, type RefusalCode } from './chat/refusal.ts'
import { Rooms } from './chat/room/rooms.ts'
import type { Store } from './chat/store.ts'
import { loadViews } from './http/pages/assets.ts'
import { chatRoutes } from './http/routes/chat.ts'
import { clockRoutes } from './http/routes/clock.ts'
import { makeGuards } from './http/limits/guards.ts'
import type { HeldBytes } from './http/limits/held-bytes.ts'
import type { Limits } from './http/limits/limits.ts'
import { messageRoutes } from './http/routes/messages.ts'
import { directStreams } from './http/middleware/direct-streams.ts'
import { errorAnswer, errors, type ErrorAnswer } from './http/middleware/errors.ts'
import { headers } from './http/middleware/headers.ts'
import { hosts } from './http/middleware/hosts.ts'
import { metricsRoutes, type Figures } from './http/routes/metrics.ts'
import { language } from './http/middleware/language.ts'
import { ownOrigin, sharedOrigins } from './http/middleware/origins.ts'
import { exactTypes } from './http/middleware/page-headers.ts'
import { requests, type Request } from './http/middleware/requests.ts'
import { session } from './http/middleware/session.ts'
import { stalled } from './http/middleware/stalled.ts'
import { namedEventRoutes } from './http/routes/named-events.ts'
import { nameRoutes } from './http/routes/names.ts'
import { operationRoutes } from './http/routes/operations.ts'
import { pageRoutes } from './http/pages/static-routes.ts'
import type { AllowedHosts } from './http/request/hosts.ts'
import { believeProxies, type Trust } from './http/request/proxies.ts'
import { makeRoomPage } from './http/pages/room-page.ts'
import { roomRoutes } from './http/routes/rooms.ts'
import { userRoutes } from './http/routes/users.ts'
import { Metrics } from './metrics.ts'
import { Hub } from './sse/index.ts'

export interface AppOptions {
  language: Language
  nameLifetimeMs: number
  replayLimit: number
  /** Whether somebody without a session may speak; so by default. */
  guests?: boolean
  /** Origins whose pages may read and speak here, beside our own. */
  corsOrigins?: readonly string[]
  /** Origins whose pages may have a room in a frame; `*`, by default, is any, and none is none. */
  embedOrigins?: readonly string[]
  /** Whose word on a client's address and protocol counts; nobody's by default. */
  trustProxy?: Trust | undefined
  /** For which hosts requests are answered; for any by default. */
  allowedHosts?: AllowedHosts | undefined
  /** None but that of a body by default. */
  limits?: Limits
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
  /** Milliseconds after which a client that takes nothing of its answer is cut off. */
  stallMs?: number
  /** Milliseconds between two dates of the clock. */
  clockMs?: number
  /** Milliseconds between two named events. */
  namedEventsMs?: number
  /** Whether `GET /metrics` answers here; so by default. */
  showsMetrics?: boolean
  /** Called with every request once it is over; nobody by default. */
  onRequest?: ((request: Request) => void) | undefined
  /** Called with what goes wrong on our side. */
  onError: (error: unknown) => void
}

export interface App {
  koa: Koa
  hub: Hub
  rooms: Rooms
  metrics: Metrics
  /** What `GET /metrics` answers with. */
  figures: Figures
  /** What stands before the routes of every port: the language, the errors, and the requests that have no route. */
  edge: readonly Middleware[]
  /** What waits for the clients of an address. */
  held: HeldBytes
  /** The answer to a request that is refused before it comes to `koa`. It is counted. */
  refuse: (code: RefusalCode) => ErrorAnswer
  /** Drops what is no longer to be kept at `now`, in milliseconds since 1970; a session that listens is in use. */
  sweep: (now: number) => Promise<void>
}

/** The files that the build makes of `views`; beside this one when it is built, and where that would be when it is not. */
const VIEWS = fileURLToPath(new URL('../dist/views', import.meta.url))

/** Teahouse over a store, without a server. */
export function makeApp(store: Store, options: AppOptions): App {
  const { log, sessions, pseudonyms } = store
  const { nameLifetimeMs, onError, corsOrigins = [], limits = {}, stallMs = 60_000 } = options
  const metrics = new Metrics()
  const hub = new Hub({ heartbeatMs: options.heartbeatMs ?? 15_000, stallMs })
  const rooms = new Rooms(store, hub, {
    graceMs: 10_000,
    sweepMs: 10_000,
    announceMs: 1000,
    typingMs: 3000,
    most: limits.rooms,
    mostPerAddress: limits.roomsPerAddress,
    observer: metrics,
    ...options,
  })
  sessions.onChange((before, after) => rooms.changeSession(before, after))
  const guards = makeGuards(limits)
  const figures: Figures = { type: metrics.type, text: () => metrics.text(hub, rooms) }
  const views = loadViews(VIEWS)
  const roomPage = makeRoomPage({
    log,
    views,
    embedOrigins: options.embedOrigins ?? ['*'],
    lifetimeMs: nameLifetimeMs,
    body: guards.body,
    observer: metrics,
  })

  // Asked in turn, so what is asked for most comes first.
  const resources = [
    chatRoutes({
      rooms,
      log,
      sessions,
      guards,
      observer: metrics,
      answerForm: roomPage.answerForm,
      guests: options.guests ?? true,
    }),
    messageRoutes(rooms, log, guards),
    userRoutes(rooms, guards),
    roomRoutes(rooms, log),
    nameRoutes({ rooms, sessions, pseudonyms, lifetimeMs: nameLifetimeMs, guards }),
    roomPage.routes,
    pageRoutes(views),
    clockRoutes(hub, guards, options.clockMs ?? 1000),
    namedEventRoutes(hub, guards, options.namedEventsMs ?? 3000),
    operationRoutes(log, hub),
    ...((options.showsMetrics ?? true) ? [metricsRoutes(figures)] : []),
  ]

  const edge = [
    language(options.language),
    exactTypes(),
    errors(onError, metrics),
    headers(),
    hosts(options.allowedHosts, options.trustProxy),
  ]
  const koa = new Koa()
  koa.on('error', (error) => {
    if (!isDeparture(error)) onError(error)
  })
  if (options.trustProxy) believeProxies(koa, options.trustProxy)
  if (options.onRequest) koa.use(requests(options.onRequest))
  koa.use(directStreams())
  for (const middleware of edge) koa.use(middleware)
  if (corsOrigins.length > 0) koa.use(sharedOrigins(corsOrigins))
  koa.use(stalled(stallMs, guards.held))
  koa.use(ownOrigin(corsOrigins))
  koa.use(session(sessions))
  for (const resource of resources) koa.use(resource.routes())
  koa.use(new Router().allowedMethods())

  function refuse(code: RefusalCode): ErrorAnswer {
    metrics.refused(code)
    return errorAnswer(code, options.language)
  }

  async function sweep(now: number): Promise<void> {
    try {
      await sessions.use(rooms.sessions(), now)
      await store.sweep(now)
    } catch (error) {
      // What cannot be reached now is swept the next time.
      if (!isUnreachable(error)) throw error
    }
  }

  return { koa, hub, rooms, metrics, figures, edge, held: guards.held, refuse, sweep }
}

/** What a connection says when its client has closed it, broken it off, lost it, or stopped in the middle of a request. */
const DEPARTURE =
  /^(ERR_STREAM_PREMATURE_CLOSE|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ERR_HTTP_REQUEST_TIMEOUT|HPE_\w+|ERR_HTTP2_(ERROR|STREAM_ERROR|SESSION_ERROR|INVALID_STREAM))$/

/**
 * Koa reports every client that leaves; that is how a stream ends, and no error. What goes wrong on our side does not
 * come this way: the middleware catches it.
 */
function isDeparture(error: NodeJS.ErrnoException): boolean {
  return DEPARTURE.test(error.code ?? '')
}
