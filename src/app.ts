import { Router } from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { fileURLToPath } from 'node:url'
import type { Language } from './chat/format/language.ts'
import { EntriesLost } from './chat/log/read-entries.ts'
import { isFull, isUnreachable, type RefusalCode } from './chat/refusal.ts'
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
import { metricsRoutes, type MetricsSource } from './http/routes/metrics.ts'
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
import { trustProxies, type Trust } from './http/request/proxies.ts'
import { makeRoomPage } from './http/pages/room-page.ts'
import { roomRoutes } from './http/routes/rooms.ts'
import { userRoutes } from './http/routes/users.ts'
import { Metrics } from './metrics.ts'
import { Hub } from './sse/index.ts'

export interface AppOptions {
  language: Language
  nameLifetimeMs: number
  replayLimit: number
  /** Bytes of entries that are kept in memory to be sent again; 16 MB by default. */
  replayBytes?: number | undefined
  /** Whether a client without a session may post; true by default. */
  guests?: boolean
  /** Origins, besides our own, whose pages may read and post here. */
  corsOrigins?: readonly string[]
  /** Origins whose pages may embed a room in a frame; `['*']`, the default, allows any, and `[]` none. */
  embedOrigins?: readonly string[]
  /** Proxies whose `X-Forwarded-*` headers count; by default none. */
  trustProxy?: Trust | undefined
  /** The hosts for which the server answers requests; by default any. */
  allowedHosts?: AllowedHosts | undefined
  /** By default only that of `bodyBytes`. */
  limits?: Limits
  /** Milliseconds without traffic after which a stream gets a heartbeat. */
  heartbeatMs?: number
  /** Milliseconds within which a client that reconnects is not announced as having left. */
  graceMs?: number
  /** Milliseconds between two sweeps, which close rooms without clients. */
  sweepMs?: number
  /** Milliseconds between two announcements of who joined and left. */
  announceMs?: number
  /** Milliseconds within which a room gets at most one typing notice for each name. */
  typingMs?: number
  /** Milliseconds after which a client that does not read its response is disconnected. */
  stallMs?: number
  /** Milliseconds between two events of `GET /stream`. */
  clockMs?: number
  /** Milliseconds between two events of `GET /es`. */
  namedEventsMs?: number
  /** Whether this app serves `GET /metrics`; true by default. */
  showsMetrics?: boolean
  /** Called with every request when it has finished. */
  onRequest?: ((request: Request) => void) | undefined
  /** Called with every unexpected error. */
  onError: (error: unknown) => void
}

export interface App {
  koa: Koa
  hub: Hub
  rooms: Rooms
  metrics: Metrics
  /** Produces the response of `GET /metrics`. */
  metricsSource: MetricsSource
  /** Middleware that must run before the routes, on every port: language, errors, and checks of headers and host. */
  edge: readonly Middleware[]
  /** Counts the memory that is held for the clients of each address. */
  held: HeldBytes
  /** Counts a request that is refused before it reaches `koa`, and returns the response to it. */
  refuse: (code: RefusalCode) => ErrorAnswer
  /**
   * Deletes expired sessions and entries. Sessions with an open stream count as used. Call it now and then: while one
   * sweep is under way, a call returns that one.
   */
  sweep: () => Promise<void>
}

/** The directory of the built views. The relative path is the same from `src` and from `dist`. */
const VIEWS = fileURLToPath(new URL('../dist/views', import.meta.url))

/** Makes the app over an open store. The caller must serve it (`startServer`) and call `sweep` now and then. */
export function makeApp(store: Store, options: AppOptions): App {
  const { log, sessions, pseudonyms } = store
  const { nameLifetimeMs, onError, corsOrigins = [], limits = {}, stallMs = 60_000 } = options
  const metrics = new Metrics()
  const hub = new Hub({ heartbeatMs: options.heartbeatMs ?? 15_000, stallMs, replayBytes: options.replayBytes })
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
  const metricsSource: MetricsSource = { type: metrics.type, text: () => metrics.text(hub, rooms) }
  const views = loadViews(VIEWS)
  const roomPage = makeRoomPage({
    log,
    views,
    embedOrigins: options.embedOrigins ?? ['*'],
    lifetimeMs: nameLifetimeMs,
    body: guards.body,
    reads: guards.reads.guard,
    observer: metrics,
  })

  // Koa tries these routers one after the other, so the most frequent routes come first.
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
    roomRoutes(rooms, log, guards),
    nameRoutes({ rooms, sessions, pseudonyms, lifetimeMs: nameLifetimeMs, guards }),
    roomPage.routes,
    pageRoutes(views),
    clockRoutes(hub, guards, options.clockMs ?? 1000),
    namedEventRoutes(hub, guards, options.namedEventsMs ?? 3000),
    operationRoutes(log, hub),
    ...((options.showsMetrics ?? true) ? [metricsRoutes(metricsSource)] : []),
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
    // An export breaks off when the log loses entries, or cannot be reached: its client sees that. The store reports an outage itself.
    if (!isDeparture(error) && !(error instanceof EntriesLost) && !isUnreachable(error)) onError(error)
  })
  if (options.trustProxy) trustProxies(koa, options.trustProxy)
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

  let sweeping: Promise<void> | undefined
  function sweep(): Promise<void> {
    return (sweeping ??= sweepOnce().finally(() => (sweeping = undefined)))
  }

  async function sweepOnce(): Promise<void> {
    for (const part of [() => sessions.use(rooms.sessions()), () => store.sweep()]) {
      try {
        await part()
      } catch (error) {
        // The next sweep does what the store cannot do now.
        if (!isUnreachable(error) && !isFull(error)) throw error
      }
    }
  }

  return { koa, hub, rooms, metrics, metricsSource, edge, held: guards.held, refuse, sweep }
}

/** Error codes of a connection whose client disconnected, or stopped in the middle of a request. */
const DEPARTURE =
  /^(ERR_STREAM_PREMATURE_CLOSE|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ERR_HTTP_REQUEST_TIMEOUT|HPE_\w+|ERR_HTTP2_(ERROR|STREAM_ERROR|SESSION_ERROR|INVALID_STREAM))$/

/**
 * Whether Koa reports only that a client disconnected, which is the normal end of a stream. Errors of our own do not
 * come here: the `errors` middleware catches them.
 */
function isDeparture(error: NodeJS.ErrnoException): boolean {
  return DEPARTURE.test(error.code ?? '')
}
