import { OutgoingMessage } from 'node:http'
import { Http2ServerResponse } from 'node:http2'
import { PassThrough, type TransformCallback, type Writable } from 'node:stream'
import { wrap, type Chunk } from './chunk.ts'
import type { Frame } from './frame.ts'

/** Bytes that may wait on each side of the PassThrough before `write()` answers false. */
const HIGH_WATER_MARK = 16 * 1024

type Response = Writable & { flushHeaders(): void }

/**
 * One client's live connection. In each channel that it has joined it is either live (the channel writes to it) or behind
 * (it reads the log by itself, at the speed of its reader); so each entry reaches the client once, in order, and nothing
 * queues up.
 *
 * It is the body of a response: assign it to Koa's `ctx.body`, or `pipe` it. Piped into a response of Node's, it writes
 * to the socket below as soon as the headers are out, and never through the buffers in between.
 */
export class EventStream extends PassThrough {
  /** Whether it has joined a channel, and so has had its opening. */
  hasOpened = false
  #response: Response | undefined
  /** What lies below the response: the socket, or a stream of HTTP/2. */
  #wire: Writable | undefined
  #endsResponse = true
  #isFlushed = false
  #hasHeaders = false
  #isChunked = false
  /** Bytes that count as not transformed yet until the wire drains, but are on the wire already. */
  #handedOn = 0

  constructor() {
    super({ highWaterMark: HIGH_WATER_MARK })
  }

  /**
   * How many bytes wait for its reader, from here down to the socket or the stream of HTTP/2, each once. A block that many
   * streams wait for counts in each of them.
   */
  get heldBytes(): number {
    return this.writableLength - this.#handedOn + this.readableLength + (this.#wire?.writableLength ?? 0)
  }

  /** Closes at once; what is still on its way to the reader does not arrive. */
  cutOff(): void {
    this.#response?.destroy()
    this.destroy()
  }

  /**
   * Closes with the response that it is piped into. Closes both if the response has closed already, or was pipelined:
   * behind another stream it would wait for ever, and Node does not say when its client goes. `end`
   * says whether it ends the response too, as it does by default.
   */
  override pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options?: { end?: boolean },
  ): Destination {
    if (!isResponse(destination)) return super.pipe(destination, options)
    const response = destination as unknown as Response
    const wire = wireOf(destination)
    if (!wire || wire.destroyed || response.destroyed) {
      response.destroy()
      this.destroy()
      return destination
    }
    const waiting = this.#takeWaiting()
    this.#response = response
    this.#wire = wire
    destination.on('close', () => this.destroy())
    this.#endsResponse = options?.end !== false
    if (waiting.length > 0 && !this.#put(waiting)) wire.once('drain', () => this.emit('drain'))
    if (this.#isFlushed && this.#endsResponse) destination.end()
    return destination
  }

  /** Writes a frame; false when its reader has to take something first. The frame was accepted all the same. */
  override write(frame: Frame): boolean {
    // What another stream writes may be text.
    return this.#isFree() && Buffer.isBuffer(frame) ? this.#sendNow(frame) : super.write(frame)
  }

  /** Writes what many streams are sent, as `write` does, without another copy. */
  send({ bytes, wrapped }: Chunk): boolean {
    return this.#isFree() ? this.#sendNow(bytes, wrapped) : super.write(bytes)
  }

  override _transform(frame: Frame, encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#wire) super._transform(frame, encoding, done)
    // A client that has gone gets nothing more; the close follows.
    else if (!this.#wire.writable || this.#put(frame)) done()
    else this.#finishOnDrain(frame, done)
  }

  override _flush(done: TransformCallback): void {
    this.#isFlushed = true
    if (this.#response && this.#endsResponse) {
      this.#response.end(() => done())
      return
    }
    done()
    // Nothing is left to read once it is piped into a response, and only a reader brings `end` about.
    if (this.#response) this.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // One that has ended may have its last bytes on their way still.
    if (!this.writableEnded) this.#response?.destroy()
    super._destroy(error, done)
  }

  #finishOnDrain(frame: Frame, done: TransformCallback): void {
    this.#handedOn = frame.length
    this.#wire!.once('drain', () => {
      this.#handedOn = 0
      done()
    })
  }

  /** What was written before it was known where to. */
  #takeWaiting(): Frame {
    const frames: Frame[] = []
    for (let frame = this.read() as Frame | null; frame; frame = this.read() as Frame | null) frames.push(frame)
    return Buffer.concat(frames)
  }

  /** Whether the next frame can go straight to the wire: nothing waits before it. */
  #isFree(): boolean {
    const wire = this.#wire
    return (
      wire !== undefined && wire.writable && !wire.writableNeedDrain && this.writableLength === 0 && !this.writableEnded
    )
  }

  #sendNow(frame: Frame, wrapped?: Buffer): boolean {
    if (this.#put(frame, wrapped)) return true
    this.#wire!.once('drain', () => this.emit('drain'))
    return false
  }

  /** The response sends its headers before the first frame; every frame goes straight to the wire. */
  #put(frame: Frame, wrapped?: Buffer): boolean {
    const wire = this.#wire!
    if (this.#hasHeaders) {
      // An empty chunk would end the body.
      if (frame.length === 0) return !wire.writableNeedDrain
      return wire.write(this.#isChunked ? (wrapped ?? wrap(frame)) : frame)
    }
    this.#hasHeaders = true
    // Headers and frame go out together.
    wire.cork()
    this.#response!.flushHeaders()
    this.#isChunked = this.#response instanceof OutgoingMessage && this.#response.chunkedEncoding
    const more = this.#put(frame, wrapped)
    wire.uncork()
    return more
  }
}

function isResponse(destination: object): boolean {
  return destination instanceof OutgoingMessage || destination instanceof Http2ServerResponse
}

/** None for a response that waits for another on its connection. */
function wireOf(response: object): Writable | null {
  return response instanceof Http2ServerResponse ? response.stream : (response as OutgoingMessage).socket
}
