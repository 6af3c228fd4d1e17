import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { reset } from '../../support/reset.ts'
import type { Random } from '../random.ts'

/** What all connections of one proxy share. */
export interface Weather {
  /** Everything passes as it comes. */
  calm: boolean
  /** Nothing comes down to the clients until this resolves. */
  standstill: Promise<void> | undefined
  stalls: number
}

/** The part of all pieces that wait before they go on. */
const STALLED = 0.003
const MOST_STALL_MS = 700
/** The longest that a doomed connection without traffic still lives. */
const MOST_DOOM_MS = 60
/** The longest that the server's side of a cut connection outlives the client's. */
const MOST_HALF_OPEN_MS = 300

/** A client's connection and its continuation to the server; bytes pass in order, in pieces, until either side ends. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #random: Random
  readonly #weather: Weather
  readonly #closed = new AbortController()
  #isDoomed = false
  #isCut = false

  constructor(client: Socket, server: Socket, random: Random, weather: Weather) {
    this.#client = client
    this.#server = server
    this.#random = random
    this.#weather = weather
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
    }
    client.once('close', () => this.#closed.abort())
  }

  get isDoomed(): boolean {
    return this.#isDoomed
  }

  /** Resolves when nothing passes any more. */
  async run(): Promise<void> {
    await Promise.all([this.#pump(this.#client, this.#server, false), this.#pump(this.#server, this.#client, true)])
  }

  /** Cuts the connection in the middle of the next bytes that come either way, or soon when none come. */
  doom(): void {
    this.#isDoomed = true
    setTimeout(() => this.#cut(), this.#random.integer(0, MOST_DOOM_MS)).unref()
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  async #pump(from: Socket, to: Socket, isDown: boolean): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.#isDoomed) {
          to.write(chunk.subarray(0, this.#random.integer(0, chunk.length)))
          return this.#cut()
        }
        for (const piece of this.#split(chunk)) await this.#pass(piece, to, isDown)
      }
      to.end()
    } catch {
      if (!this.#isCut) this.destroy()
    }
  }

  async #pass(piece: Buffer, to: Socket, isDown: boolean): Promise<void> {
    if (isDown && this.#weather.standstill) await this.#weather.standstill
    if (!this.#weather.calm && this.#random.chance(STALLED)) {
      this.#weather.stalls++
      await delay(this.#random.integer(20, MOST_STALL_MS), undefined, { signal: this.#closed.signal })
    }
    if (!to.write(piece)) await once(to, 'drain', { signal: this.#closed.signal })
  }

  /** Splits at any byte, so also within a character, a field or the header. */
  *#split(chunk: Buffer): Generator<Buffer> {
    const cuts = this.#weather.calm ? 0 : this.#random.integer(0, 3)
    const places = Array.from({ length: cuts }, () => this.#random.integer(1, chunk.length)).toSorted((a, b) => a - b)
    let start = 0
    for (const place of [...places, chunk.length]) {
      if (place > start) yield chunk.subarray(start, place)
      start = place
    }
  }

  #cut(): void {
    if (this.#isCut) return
    this.#isCut = true
    const close = (socket: Socket) => (this.#random.chance(0.5) ? socket.destroy() : reset(socket))
    close(this.#client)
    // A server often learns late that a client has gone: when that client is back already.
    if (this.#random.chance(0.3)) setTimeout(() => close(this.#server), this.#random.integer(0, MOST_HALF_OPEN_MS))
    else close(this.#server)
  }
}
