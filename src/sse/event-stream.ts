import { OutgoingMessage } from 'node:http'
import { Http2ServerResponse } from 'node:http2'
import { PassThrough, type TransformCallback, type Writable } from 'node:stream'
import { wrap, type Chunk } from './chunk.ts'
import type { Frame } from './frame.ts'

/** How many bytes each side of the PassThrough may buffer before `write()` returns false. */
const HIGH_WATER_MARK = 16 * 1024

type Response = Writable & { flushHeaders(): void }

/**
 * One client's connection. In each channel that it has joined, the stream is either live (the channel writes new
 * entries to it) or behind (the channel reads missed entries from the log as fast as the client reads them). So the
 * client receives each entry once and in order, and no queue grows for a slow client.
 *
 * The caller must send it as the body of a response, by assigning it to Koa's `ctx.body` or with `pipe`, and let it
 * join a channel. When piped into a Node response, the stream writes directly to the socket (or HTTP/2 stream) after
 * the headers and bypasses the buffers in between.
 */
export class EventStream extends PassThrough {
  /** Whether the stream has joined a channel before, so its opening has been written. */
  hasOpened = false
  #response: Response | undefined
  /** The socket of the response, or its HTTP/2 stream. */
  #wire: Writable | undefined
  #endsResponse = true
  #isFlushed = false
  #hasHeaders = false
  #isChunked = false
  /** Bytes already written to the wire that `writableLength` still includes, until the wire drains. */
  #handedOn = 0

  constructor() {
    super({ highWaterMark: HIGH_WATER_MARK })
  }

  /**
   * How many bytes the client has not read yet, in this stream's buffers and in those of the socket or HTTP/2 stream.
   * Each byte counts once, but a block shared by several streams counts in each of them.
   */
  get heldBytes(): number {
    return this.writableLength - this.#handedOn + this.readableLength + (this.#wire?.writableLength ?? 0)
  }

  /** Closes the connection immediately; the client does not receive what is still buffered. */
  cutOff(): void {
    this.#response?.destroy()
    this.destroy()
  }

  /**
   * Pipes to a destination; when a destination response closes, the stream closes too. Closes both at once if the
   * response has closed already or waits behind a pipelined one: behind another event stream it would wait forever, and
   * Node would not report that the client has left. `end: false` keeps the response open when the stream ends.
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

  /** Writes a frame, and always accepts it. Returns false if the caller must wait for `drain` before it writes more. */
  override write(frame: Frame): boolean {
    // A stream that is piped into this one may write strings.
    return this.#isFree() && Buffer.isBuffer(frame) ? this.#sendNow(frame) : super.write(frame)
  }

  /** Writes a chunk that many streams share, without copying it. Returns the same as `write`. */
  send({ bytes, wrapped }: Chunk): boolean {
    return this.#isFree() ? this.#sendNow(bytes, wrapped) : super.write(bytes)
  }

  override _transform(frame: Frame, encoding: BufferEncoding, done: TransformCallback): void {
    if (!this.#wire) super._transform(frame, encoding, done)
    // The client has left: drop the frame; `close` follows.
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
    // Node emits `end` only when somebody reads. When frames go straight to the wire nobody does, so resume.
    if (this.#response) this.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // If the stream has ended, its last bytes may still be in the response: do not destroy it.
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

  /** Takes out what was written before `pipe` was called. */
  #takeWaiting(): Frame {
    const frames: Frame[] = []
    for (let frame = this.read() as Frame | null; frame; frame = this.read() as Frame | null) frames.push(frame)
    return Buffer.concat(frames)
  }

  /** Whether the next frame can go straight to the wire, because no earlier frame waits. */
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

  /** Writes a frame straight to the wire; the first call also sends the response's headers. */
  #put(frame: Frame, wrapped?: Buffer): boolean {
    const wire = this.#wire!
    if (this.#hasHeaders) {
      // In HTTP/1.1 an empty chunk ends the body.
      if (frame.length === 0) return !wire.writableNeedDrain
      return wire.write(this.#isChunked ? (wrapped ?? wrap(frame)) : frame)
    }
    this.#hasHeaders = true
    // Cork, so that headers and frame leave in one packet.
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

/** Returns null for a pipelined response that waits for an earlier response on its connection. */
function wireOf(response: object): Writable | null {
  return response instanceof Http2ServerResponse ? response.stream : (response as OutgoingMessage).socket
}
