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

const DRAIN_MS = 10_000

/** Serves the app over HTTP/1.1. Rejects when the address cannot be listened on. */
export async function startServer({ koa, hub, rooms }: App, { port, host }: Address): Promise<Server> {
  const handle = koa.callback()
  const http = createServer((request, response) => void handle(request, response))
  http.listen(port, host)
  await once(http, 'listening')

  async function drain(): Promise<void> {
    const closed = once(http, 'close')
    http.close()
    // Spread over the deadline, so that the clients do not all come back at once.
    hub.end(() => 1000 + Math.floor(Math.random() * DRAIN_MS))
    const deadline = setTimeout(() => http.closeAllConnections(), DRAIN_MS)
    await closed
    clearTimeout(deadline)
    rooms.close()
  }

  return { url: urlOf(http.address() as AddressInfo, host), drain }
}

function urlOf({ port }: AddressInfo, host = 'localhost'): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
