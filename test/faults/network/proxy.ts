import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { ProxiedConnection, type Weather } from './proxied-connection.ts'
import type { Random } from '../random.ts'

const HOST = '127.0.0.1'

/** A bad network between the clients and the server: it splits what passes at any byte, stalls, and cuts. */
export class Proxy {
  readonly #random: Random
  readonly #target: () => number
  readonly #listener: Server
  readonly #weather: Weather = { calm: false, standstill: undefined, stalls: 0 }
  readonly #connections = new Set<ProxiedConnection>()
  #cuts = 0

  /** `target` chooses the port of the server for each connection. */
  constructor(random: Random, target: () => number) {
    this.#random = random
    this.#target = target
    this.#listener = createServer((client) => this.#accept(client))
  }

  /** Listens on a free port of loopback; resolves with the URL that the clients are to use. */
  async listen(): Promise<string> {
    this.#listener.listen(0, HOST)
    await once(this.#listener, 'listening')
    return `http://${HOST}:${(this.#listener.address() as AddressInfo).port}`
  }

  get cuts(): number {
    return this.#cuts
  }

  get stalls(): number {
    return this.#weather.stalls
  }

  /** Cuts one of the open connections; false when there is none. */
  cut(): boolean {
    const open = [...this.#connections].filter(({ isDoomed }) => !isDoomed)
    if (open.length === 0) return false
    this.#random.pick(open).doom()
    this.#cuts++
    return true
  }

  /** Lets nothing come down to any client until the returned function is called. */
  standstill(): () => void {
    const { promise, resolve } = withResolvers()
    this.#weather.standstill = promise
    this.#weather.stalls += this.#connections.size
    return () => {
      this.#weather.standstill = undefined
      resolve()
    }
  }

  /** From now on everything passes as it comes. */
  calm(): void {
    this.#weather.calm = true
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  #accept(client: Socket): void {
    const connection = new ProxiedConnection(client, connect(this.#target(), HOST), this.#random.fork(), this.#weather)
    this.#connections.add(connection)
    void connection.run().finally(() => this.#connections.delete(connection))
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((resolved) => (resolve = resolved))
  return { promise, resolve }
}
