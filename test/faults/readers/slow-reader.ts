import { connect, type Socket } from 'node:net'
import { ChunkReader } from '../../support/http/chunks.ts'
import type { Random } from '../random.ts'
import type { Reading } from './reader.ts'
import { ReadingLoop } from './reading-loop.ts'
import { pathOf } from '../writers/rooms.ts'
import type { StreamFeed } from './stream-feed.ts'

const BYTES_AT_ONCE = 400
const MOST_PAUSE_MS = 20
const HEADER_END = '\r\n\r\n'

/** A reader on the worst of lines: it takes a few hundred bytes from its socket, and then none for a while. */
export class SlowReader extends ReadingLoop {
  #isHurried = false

  constructor(reading: Reading, random: Random) {
    super('slow', reading, random)
  }

  hurry(): void {
    this.#isHurried = true
  }

  protected connect(): Promise<void> {
    const { hostname, port } = new URL(this.reading.url)
    const take = this.#afterHeader(this.feed())
    return new Promise((resolve) => {
      const callback = (length: number, buffer: Uint8Array): boolean => {
        take(Buffer.from(buffer.subarray(0, length)))
        return this.#isHurried || this.#pause(socket)
      }
      const onread = { buffer: Buffer.alloc(BYTES_AT_ONCE), callback }
      const socket = connect({ host: hostname, port: Number(port), onread })
      const close = () => socket.destroy()
      this.signal.addEventListener('abort', close)
      socket.on('error', () => {})
      socket.once('close', () => {
        this.signal.removeEventListener('abort', close)
        resolve()
      })
      socket.write(this.#request(hostname))
    })
  }

  #request(host: string): string {
    const { room, format } = this.reading
    const since = this.cursor === 'start' ? '&since=start' : ''
    const header = this.cursor && !since ? `Last-Event-ID: ${this.cursor}\r\n` : ''
    return `GET ${pathOf(room, 'chat')}?format=${format}${since} HTTP/1.1\r\nHost: ${host}\r\n${header}\r\n`
  }

  #afterHeader(feed: StreamFeed): (bytes: Buffer) => void {
    let header: string | undefined = ''
    const chunks = new ChunkReader()
    return (bytes) => {
      if (header === undefined) return feed.feed(chunks.read(bytes))
      // One byte is one character in latin1, so that characters cut in two survive.
      header += bytes.toString('latin1')
      const end = header.indexOf(HEADER_END)
      if (end < 0) return
      const head = header.slice(0, end)
      if (!/^HTTP\/1.1 200/.test(head) || !/^transfer-encoding: chunked/im.test(head)) {
        this.history.refusals.push(`${this.history.name} got ${head}`)
      }
      feed.feed(chunks.read(Buffer.from(header.slice(end + HEADER_END.length), 'latin1')))
      header = undefined
    }
  }

  /** False stops the reading until it is resumed. */
  #pause(socket: Socket): false {
    setTimeout(() => socket.resume(), this.random.integer(1, MOST_PAUSE_MS))
    return false
  }
}
