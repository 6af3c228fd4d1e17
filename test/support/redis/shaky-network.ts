import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A network of ours between a browser and a server, which can be cut, or made to swallow what the server says. */
export class ShakyNetwork {
  readonly url: string
  readonly #pairs = new Set<[client: Socket, server: Socket]>()
  readonly #close: () => void
  #state: 'whole' | 'cut' | 'swallowing' = 'whole'

  private constructor(url: string, close: () => void) {
    this.url = url
    this.#close = close
  }

  /** Leads to `target`, the address of a server. */
  static async to(target: string): Promise<ShakyNetwork> {
    const { hostname, port } = new URL(target)
    const server = createServer((client) => network.#carry(client, connect(Number(port), hostname)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const network = new ShakyNetwork(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => server.close())
    return network
  }

  /** Ends every connection, and lets none through. */
  cut(): void {
    this.#state = 'cut'
    for (const [client] of this.#pairs) client.destroy()
  }

  mend(): void {
    this.#state = 'whole'
  }

  /** From now on the body of an event stream does not come through, as behind a proxy that holds it back. */
  swallowStreams(): void {
    this.#state = 'swallowing'
  }

  /** The connections of now fall silent, without an end, as those of a machine that was asleep. */
  freeze(): void {
    for (const [client, server] of this.#pairs) {
      client.unpipe(server)
      server.removeAllListeners('data')
      server.resume()
    }
  }

  close(): void {
    this.cut()
    this.#close()
  }

  #carry(client: Socket, server: Socket): void {
    const pair: [Socket, Socket] = [client, server]
    const end = () => {
      client.destroy()
      server.destroy()
      this.#pairs.delete(pair)
    }
    if (this.#state === 'cut') return end()
    this.#pairs.add(pair)
    for (const socket of pair) socket.on('error', end).on('close', end)
    client.pipe(server)
    let isHeldBack = false
    server.on('data', (bytes: Buffer) => {
      isHeldBack ||= this.#state === 'swallowing' && bytes.includes('text/event-stream')
      if (!isHeldBack) client.write(bytes)
    })
  }
}
