import { once } from 'node:events'
import { createServer, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from './app.ts'
import { inTurn } from './http/in-turn.ts'

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
  headerBytes?: number
  /** Milliseconds in which the headers of a request must come, from the opening of the connection or its first byte. */
  headerMs?: number
  /** Milliseconds in which all of a request must come. */
  requestMs?: number
}

interface ServerSettings extends Address {
  connectionLimits?: ConnectionLimits
}

export interface Server {
  url: string
  /**
   * Takes nothing new, ends the streams, and resolves when every answer under way is given; what is not given within
   * `ms` is cut off.
   */
  drain(ms?: number): Promise<void>
}

/** Why an address cannot be listened on, in one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  constructor({ port, host = '' }: Address, { code, message }: NodeJS.ErrnoException) {
    super(`cannot listen on ${host}:${port}: ${code === 'EADDRINUSE' ? 'the port is in use' : message}`)
  }
}

const DRAIN_MS = 10_000
const DRAIN_LOOK_MS = 50

/** Serves the app over HTTP/1.1. Rejects with a ListenError. */
export async function startServer({ koa, hub, rooms }: App, settings: ServerSettings): Promise<Server> {
  const { port, host, connectionLimits = {} } = settings
  const handle = koa.callback()
  const http = createServer(
    optionsOf(connectionLimits),
    inTurn((request, response) => void handle(request, response)),
  )
  http.maxConnections = connectionLimits.connections ?? Infinity
  http.listen(port, host)
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

  return { url: urlOf(http.address() as AddressInfo, host), drain }
}

/** How often Node looks for requests that take too long. */
const LOOK_MS = 1000

function optionsOf({ headerBytes, headerMs = 0, requestMs = 0 }: ConnectionLimits): ServerOptions {
  return {
    ...(headerBytes !== undefined && { maxHeaderSize: headerBytes }),
    // Of a whole request the headers are a part; Node takes no other order.
    headersTimeout: requestMs > 0 ? Math.min(headerMs, requestMs) : headerMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: LOOK_MS,
  }
}

function urlOf({ port }: AddressInfo, host = 'localhost'): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
