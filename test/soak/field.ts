import { setMaxListeners } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../faults/random.ts'

/** Addresses of loopback that the attackers come from, so that those who mean well are counted by themselves. */
const ATTACKERS = 40

/** Where an attack takes place: connections to the server from many addresses, and what comes back by them. */
export class Field {
  readonly random: Random
  readonly signal: AbortSignal
  /** How many answers of each status came. */
  readonly answers: Record<string, number> = {}
  readonly #hostname: string
  readonly #port: number
  readonly #sockets = new Set<Socket>()

  /** The attack is over when `signal` aborts. */
  constructor(url: string, random: Random, signal: AbortSignal) {
    const { hostname, port } = new URL(url)
    this.#hostname = hostname
    this.#port = Number(port)
    this.random = random
    this.signal = signal
    // Every connection waits for it.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', () => {
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  /** A connection from one of the attackers' addresses, or from the one that is given. Rejects when there is none. */
  open(localAddress = `127.0.1.${this.random.integer(1, ATTACKERS)}`): Promise<Socket> {
    const socket = connect({ host: this.#hostname, port: this.#port, localAddress, allowHalfOpen: true })
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes) => this.#note(bytes.toString('latin1')))
    // The server has ended it.
    socket.once('end', () => socket.destroy())
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket))
      socket.once('close', () => reject(new Error('no connection')))
    })
  }

  /** Resolves after `ms`, or when the attack is over. */
  async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal }).catch(() => {})
  }

  /** Resolves when the connection is closed. */
  closed(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      if (socket.closed) resolve()
      else socket.once('close', () => resolve())
    })
  }

  /** Writes `bytes` again and again, until the connection is closed. */
  async drip(socket: Socket, bytes: string, everyMs: number): Promise<void> {
    while (!socket.destroyed) {
      socket.write(bytes)
      await this.pause(everyMs)
    }
  }

  /** Lets the connection last for `ms` at the most. */
  async linger(socket: Socket, ms: number): Promise<void> {
    const late = setTimeout(() => socket.destroy(), ms)
    await this.closed(socket)
    clearTimeout(late)
  }

  #note(text: string): void {
    for (const [, status] of text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)) {
      this.answers[status!] = (this.answers[status!] ?? 0) + 1
    }
  }
}
