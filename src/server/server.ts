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
  /** 0 chooses a free port. */
  port: number
  /** Undefined listens on all addresses. */
  host?: string | undefined
}

/** Limits that apply before the app gets a request. Omitted ones: any number of connections, and Node's defaults. */
export interface ConnectionLimits {
  /** Open connections in all. The server closes any further one at once. */
  connections?: number
  /** The same for one address. Connections of trusted proxies are not counted. */
  connectionsPerAddress?: number
  headerBytes?: number
  /** Milliseconds within which the headers must arrive, from when the connection opens or the request's first byte. */
  headerMs?: number
  /** Milliseconds within which the whole request must arrive. */
  requestMs?: number
}

interface ServerSettings extends Address {
  /** With this, serves HTTP/2 and HTTP/1.1 over TLS; without, plain HTTP/1.1. */
  tls?: CertificateFiles | undefined
  connectionLimits?: ConnectionLimits
  /** Proxies, whose one address stands for many clients; by default none. */
  trustProxy?: Trust | undefined
}

export interface Server {
  url: string
  /**
   * Stops listening, ends the event streams, and resolves when every answer in progress has been sent. Closes the
   * connections of those that take longer than `ms`.
   */
  drain(ms?: number): Promise<void>
  /**
   * Reads the certificate files again. Throws CertificateError, and then keeps the old certificate. No-op without TLS.
   */
  renewCertificate(): void
}

/** The server cannot listen on the address; the message is one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  constructor({ port, host = '' }: Address, { code, message }: NodeJS.ErrnoException) {
    super(`cannot listen on ${host}:${port}: ${code === 'EADDRINUSE' ? 'the port is in use' : message}`)
  }
}

/**
 * The listen backlog; the system may cap it (`net.core.somaxconn`, 4,096 on Linux). After an outage all clients
 * reconnect at once, and TCP makes a client that finds the backlog full wait one second, then two, then four.
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
    // Give each client another time to reconnect, so that they do not all come back at once.
    hub.end(() => 1000 + Math.floor(Math.random() * ms))
    rooms.close()
    // A keep-alive connection becomes idle only after its answer was sent, so look again and again.
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

/** Milliseconds between Node's checks for requests that take too long. */
const LOOK_MS = 1000

/** The limits under Node's names, to be assigned before the server listens. */
function settingsOf({ connections = Infinity, headerBytes, headerMs = 0, requestMs = 0 }: ConnectionLimits) {
  return {
    maxConnections: connections,
    // The app itself refuses a missing Host, just like an invalid one.
    requireHostHeader: false,
    maxHeadersCount: MOST_HEADERS,
    ...(headerBytes !== undefined && { maxHeaderSize: headerBytes }),
    // Node throws when headersTimeout is longer than requestTimeout.
    headersTimeout: requestMs > 0 ? Math.min(headerMs, requestMs) : headerMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: LOOK_MS,
  }
}

function authorityOf({ port }: AddressInfo, host = 'localhost'): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
