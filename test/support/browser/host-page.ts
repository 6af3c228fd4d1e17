import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HostPage {
  /** On another site than the loopback address: `localhost`. */
  url: string
  origin: string
  stop(): void
}

/** Somebody else's page, with `html` in it. */
export async function startHostPage(html: () => string): Promise<HostPage> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(html())
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/`,
    origin,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
