import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Stands once in every message that is posted, and nowhere else in a stream. */
export const MARK = '~'
const MARK_BYTE = MARK.charCodeAt(0)

export interface CrowdOptions {
  port: number
  size: number
  /** Where the subscriber with this index listens. */
  path: (index: number) => string
  /** Header lines of each request. */
  headers?: string
  /** How many connect at the same time. */
  lanes?: number
}

/** Subscribers over raw sockets. It counts marks and parses nothing, so that the server is what is measured. */
export class Crowd {
  readonly counts: Uint32Array
  received = 0
  /** Connections that the server has closed, or that failed. */
  lost = 0
  /** Called with a subscriber that has got messages, and how many it had before. */
  onMessages: ((index: number, before: number) => void) | undefined
  readonly #options: CrowdOptions
  readonly #sockets: Socket[] = []
  // One buffer for all: what was read is counted before the next read.
  readonly #buffer = Buffer.allocUnsafe(64 * 1024)
  #isOver = false

  private constructor(options: CrowdOptions) {
    this.#options = options
    this.counts = new Uint32Array(options.size)
  }

  /** Resolves when every subscriber has got its first bytes. */
  static async open(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options)
    let next = 0
    const lane = async () => {
      while (next < options.size) await crowd.#connect(next++)
    }
    await Promise.all(Array.from({ length: Math.min(options.lanes ?? 64, options.size) }, lane))
    return crowd
  }

  /** Waits until `total` messages were received in all. Rejects when that takes too long. */
  async until(total: number, ms = 30_000): Promise<void> {
    const deadline = performance.now() + ms
    while (this.received < total) {
      if (performance.now() > deadline) throw new Error(`only ${this.received} of ${total} deliveries came`)
      await delay(1)
    }
  }

  close(): void {
    this.#isOver = true
    for (const socket of this.#sockets) socket.destroy()
  }

  #connect(index: number): Promise<void> {
    const { port, path, headers = '' } = this.#options
    return new Promise((resolve, reject) => {
      const callback = (length: number) => {
        resolve()
        this.#read(index, length)
        return true
      }
      // One source address has too few ports for all of them.
      const localAddress = `127.0.0.${2 + (index % 16)}`
      const socket = connect({ port, host: '127.0.0.1', localAddress, onread: { buffer: this.#buffer, callback } })
      socket.once('error', reject)
      socket.once('close', () => {
        if (!this.#isOver) this.lost++
      })
      socket.write(`GET ${path(index)} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n${headers}\r\n`)
      this.#sockets.push(socket)
    })
  }

  #read(index: number, length: number): void {
    let marks = 0
    for (let at = 0; at < length; at++) if (this.#buffer[at] === MARK_BYTE) marks++
    if (marks === 0) return
    const before = this.counts[index]!
    this.counts[index] = before + marks
    this.received += marks
    this.onMessages?.(index, before)
  }
}
