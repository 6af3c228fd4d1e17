import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** How a network treats a connection: passes it, refuses and breaks it, or swallows all that is sent. */
type Weather = 'clear' | 'cut' | 'silent'

/** A TCP proxy between a node and its Redis, so that one node alone can be cut off from it. */
export class StoreProxy {
  #targetPort: number
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  #weather: Weather = 'clear'
  /** Milliseconds that everything takes in each direction. */
  delayMs = 0

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#listener = createServer((client) => this.#accept(client))
  }

  static async start(targetPort: number): Promise<StoreProxy> {
    const proxy = new StoreProxy(targetPort)
    proxy.#listener.listen(0, '127.0.0.1')
    await once(proxy.#listener, 'listening')
    return proxy
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`
  }

  /** Breaks every connection, and every one that is tried. */
  cut(): void {
    this.#weather = 'cut'
    this.#breakAll()
  }

  /** Leads to another server from now on, as a name does that was given to another machine. */
  leadTo(port: number): void {
    this.#targetPort = port
    this.#breakAll()
  }

  /** Nothing arrives any more, and nobody is told. */
  silence(): void {
    this.#weather = 'silent'
  }

  restore(): void {
    // What was swallowed does not come any more: a connection that has lost something is lost.
    if (this.#weather === 'silent') this.#breakAll()
    this.#weather = 'clear'
  }

  stop(): void {
    this.#listener.close()
    this.#breakAll()
  }

  #accept(client: Socket): void {
    if (this.#weather === 'cut') {
      client.destroy()
      return
    }
    const server = connect(this.#targetPort, '127.0.0.1')
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      // Bytes never overtake those before them, also when the delay is changed meanwhile.
      let passed = Promise.resolve()
      from.on('data', (bytes) => {
        if (this.#weather === 'silent') return
        const due = performance.now() + this.delayMs
        passed = passed.then(async () => {
          const waitMs = due - performance.now()
          if (waitMs > 0) await delay(waitMs)
          to.write(bytes)
        })
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }

  #breakAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
