import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Random } from '../faults/random.ts'
import type { Weakness } from './client.ts'
import { CutConnection } from './cut-connection.ts'

const HOST = '127.0.0.1'

export interface CuttingOptions {
  random: Random
  /** Where the server is. */
  target: string
  /** Of the client; it is not cut where it cannot bear it. */
  weaknesses: readonly Weakness[]
}

/** A bad network between one client and the server: it passes 1 to 7 bytes at a time, and cuts where it is told to. */
export class CuttingProxy {
  readonly #options: CuttingOptions
  readonly #listener: Server
  #latest: CutConnection | undefined
  #openingBytes: number | undefined
  #cuts = 0

  constructor(options: CuttingOptions) {
    this.#options = options
    this.#listener = createServer((client) => this.#accept(client))
  }

  /** Listens on a free port of loopback; resolves with the URL that the client is to use. */
  async listen(): Promise<string> {
    this.#listener.listen(0, HOST)
    await once(this.#listener, 'listening')
    return `http://${HOST}:${(this.#listener.address() as AddressInfo).port}`
  }

  get cuts(): number {
    return this.#cuts
  }

  /** Whether the client's newest connection has had the first block of its stream, and is not cut. */
  get isOpen(): boolean {
    return this.#latest?.isOpen ?? false
  }

  /** Cuts the open connection after so many more bytes; and the next one after `openingBytes`, where that is given. */
  cutAfter(bytes: number, openingBytes?: number): void {
    this.#latest!.cutAfter(bytes)
    this.#openingBytes = openingBytes
  }

  close(): void {
    this.#listener.close()
    this.#latest?.destroy()
  }

  #accept(client: Socket): void {
    const { random, target, weaknesses } = this.#options
    const server = connect(Number(new URL(target).port), HOST)
    const onCut = () => this.#cuts++
    const connection = new CutConnection({ client, server, random: random.fork(), weaknesses, onCut })
    this.#latest = connection
    if (this.#openingBytes !== undefined) connection.cutAfter(this.#openingBytes)
    this.#openingBytes = undefined
    void connection.run()
  }
}
