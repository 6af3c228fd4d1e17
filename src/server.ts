import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from './app.ts'

export interface Address {
  /** 0 takes a free port. */
  port: number
  /** All addresses when undefined. */
  host?: string | undefined
}

export interface Server {
  url: string
  /** Takes nothing new, ends the streams, and resolves when every answer under way is given, or after the deadline. */
  drain(): Promise<void>
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
export async function startServer({ koa, hub, rooms }: App, { port, host }: Address): Promise<Server> {
  const handle = koa.callback()
  const http = createServer((request, response) => void handle(request, response))
  http.listen(port, host)
  try {
    await once(http, 'listening')
  } catch (error) {
    throw new ListenError({ port, host }, error as NodeJS.ErrnoException)
  }

  async function drain(): Promise<void> {
    const closed = once(http, 'close')
    http.close()
    // Spread over the deadline, so that the clients do not all come back at once.
    hub.end(() => 1000 + Math.floor(Math.random() * DRAIN_MS))
    rooms.close()
    // A connection that is kept alive is idle only once its answer is given.
    const idle = setInterval(() => http.closeIdleConnections(), DRAIN_LOOK_MS)
    const deadline = setTimeout(() => http.closeAllConnections(), DRAIN_MS)
    await closed
    clearInterval(idle)
    clearTimeout(deadline)
  }

  return { url: urlOf(http.address() as AddressInfo, host), drain }
}

function urlOf({ port }: AddressInfo, host = 'localhost'): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
