import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from './app.ts'
import type { CertificateFiles } from './certificate.ts'
import { createTlsServer } from './tls-server.ts'

export interface Address {
  /** 0 takes a free port. */
  port: number
  /** All addresses when undefined. */
  host?: string | undefined
}

interface ServerSettings extends Address {
  /** Serves HTTP/2 and HTTP/1.1 over TLS; plain HTTP/1.1 when undefined. */
  tls?: CertificateFiles | undefined
}

export interface Server {
  url: string
  /** Takes nothing new, ends the streams, and resolves when every answer under way is given, or after the deadline. */
  drain(): Promise<void>
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

const DRAIN_MS = 10_000
const DRAIN_LOOK_MS = 50

/** Serves the app. Rejects with a ListenError or a CertificateError. */
export async function startServer({ koa, hub, rooms }: App, { port, host, tls }: ServerSettings): Promise<Server> {
  const handle = koa.callback()
  const listener: RequestListener = (request, response) => void handle(request, response)
  const secure = tls && createTlsServer(tls, listener)
  const http = secure ?? createServer(listener)
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

  return {
    url: `${secure ? 'https' : 'http'}://${authorityOf(http.address() as AddressInfo, host)}`,
    drain,
    renewCertificate: () => secure?.renew(),
  }
}

function authorityOf({ port }: AddressInfo, host = 'localhost'): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
