import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from '../app.ts'
import { MOST_HEADERS } from '../http/middleware/headers.ts'
import type { Trust } from '../http/request/proxies.ts'
import type { CertificateFiles } from './certificate.ts'
import { limitConnections } from './connections.ts'
import { answerFaults } from './faults.ts'
import { InTurn } from './in-turn.ts'
import { watchHttp2 } from './http2-requests.ts'
import { holdIn } from './request-cost.ts'
import { createTlsServer } from './tls-server.ts'

export interface Address {
  /** 0 takes a free port. */
  port: number
  /** All addresses when undefined. */
  host?: string | undefined
}

/** What a connection may cost before its request is there; of what is left out, any number, or as Node has it. */
export interface ConnectionLimits {
  /** One more is closed as soon as it is opened. */
  connections?: number
  /** The same, of one address; those of trusted proxies are not counted. */
  connectionsPerAddress?: number
  headerBytes?: number
  /** Milliseconds in which the headers of a request must come, from the opening of the connection or its first byte. */
  headerMs?: number
  /** Milliseconds in which all of a request must come. */
  requestMs?: number
}

interface ServerSettings extends Address {
  /** Serves HTTP/2 and HTTP/1.1 over TLS; plain HTTP/1.1 when undefined. */
  tls?: CertificateFiles | undefined
  connectionLimits?: ConnectionLimits
  /** Who has many clients at one address; nobody by default. */
  trustProxy?: Trust | undefined
}

export interface Server {
  url: string
  /**
   * Takes nothing new, ends the streams, and resolves when every answer under way is given; what is not given within
   * `ms` is cut off.
   */
  drain(ms?: number): Promise<void>
  /** Reads the certificate again, if there is one. Throws CertificateError, and keeps the old one. */
  renewCertificate(): void
}

/** Why an address cannot be listened on, in one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  constructor({ port, host = '' }: Address, { code, message }: NodeJS.ErrnoException) {
    super(`cannot listen on ${host}:${port}: ${code === 'EADDRINUSE' ? 'the port is in use' : message}`)
  }
}

/**
 * Connections that may wait to be taken; the system may allow fewer (`net.core.somaxconn`, 4,096 on Linux). Who comes back
 * after a cut and finds no place tries again only after one second, then two, then four.
 */
const BACKLOG = 65_535

const DRAIN_MS = 10_000
const DRAIN_LOOK_MS = 50

/** Serves the app. Rejects with a ListenError or a CertificateError. */
export async function startServer({ koa, hub, rooms, held, refuse }: App, settings: ServerSettings): Promise<Server> {
  const { port, host, tls, connectionLimits = {}, trustProxy } = settings
  const handle = koa.callback()
  const hold = holdIn(held, trustProxy)
  const turns = new InTurn((request, response) => void handle(request, response), hold)
  const listener = watchHttp2(turns.listener, { requestMs: connectionLimits.requestMs ?? 0, hold, refuse })
  const secure = tls && createTlsServer(tls, listener)
  const http = secure ?? createServer(listener)
  Object.assign(http, settingsOf(connectionLimits))
  answerFaults(http as HttpServer, turns, refuse)
  limitConnections(http, connectionLimits.connectionsPerAddress, trustProxy)
  http.listen({ port, host, backlog: BACKLOG })
  try {
    await once(http, 'listening')
  } catch (error) {
    throw new ListenError({ port, host }, error as NodeJS.ErrnoException)
  }

  async function drain(ms = DRAIN_MS): Promise<void> {
    const closed = once(http, 'close')
    http.close()
    // Spread over the deadline, so that the clients do not all come back at once.
    hub.end(() => 1000 + Math.floor(Math.random() * ms))
    rooms.close()
    // A connection that is kept alive is idle only once its answer is given.
    const idle = setInterval(() => http.closeIdleConnections(), DRAIN_LOOK_MS)
    const deadline = setTimeout(() => http.closeAllConnections(), ms)
    await closed
    clearInterval(idle)
    clearTimeout(deadline)
  }

  return {
    url: `${secure ? 'https' : 'http'}://${authorityOf(http.address() as AddressInfo, host)}`,
    drain,
    renewCertificate: () => secure?.renew(),
  }
}

/** How often Node looks for requests that take too long. */
const LOOK_MS = 1000

/** As Node names them, on a server that does not listen yet. */
function settingsOf({ connections = Infinity, headerBytes, headerMs = 0, requestMs = 0 }: ConnectionLimits) {
  return {
    maxConnections: connections,
    // A missing host is refused by the app, as an invalid one is.
    requireHostHeader: false,
    maxHeadersCount: MOST_HEADERS,
    ...(headerBytes !== undefined && { maxHeaderSize: headerBytes }),
    // Of a whole request the headers are a part; Node takes no other order.
    headersTimeout: requestMs > 0 ? Math.min(headerMs, requestMs) : headerMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: LOOK_MS,
  }
}

function authorityOf({ port }: AddressInfo, host = 'localhost'): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
