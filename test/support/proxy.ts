import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Proxy {
  url: string
  /** Holds event streams back, and passes on what has come in one piece every so often; with `Infinity` never. */
  holdBack(everyMs: number): void
  /** Passes everything on as it comes, first what was held back. */
  letThrough(): void
  /** Breaks all connections. */
  cut(): void
  stop(): void
}

/** A TCP proxy before a server, to do what networks do. */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const held = new Map<Socket, Buffer[]>()
  let holding = false
  let timer: NodeJS.Timeout | undefined

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    held.set(client, [])
    client.pipe(upstream)
    let isStream = false
    upstream.on('data', (bytes) => {
      isStream ||= bytes.includes('text/event-stream')
      if (holding && isStream) held.get(client)?.push(bytes)
      else client.write(bytes)
    })
    upstream.on('end', () => client.end(Buffer.concat(held.get(client)?.splice(0) ?? [])))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => other.destroy())
    }
    client.on('close', () => {
      held.delete(client)
      upstream.destroy()
    })
  })

  function release(): void {
    for (const [client, pieces] of held) client.write(Buffer.concat(pieces.splice(0)))
  }

  function letThrough(): void {
    clearInterval(timer)
    holding = false
    release()
  }

  function cut(): void {
    for (const client of held.keys()) client.destroy()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    holdBack(everyMs) {
      letThrough()
      holding = true
      if (everyMs !== Infinity) timer = setInterval(release, everyMs)
    },
    letThrough,
    cut,
    stop() {
      clearInterval(timer)
      server.close()
      cut()
    },
  }
}
