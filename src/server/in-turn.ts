import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { costOf, type Hold } from './request-cost.ts'
import { endWith } from './raw-answer.ts'

/** How many pipelined requests of one connection may wait. Browsers do not pipeline. */
const MOST_WAITING = 32

/** How many more bytes a client may send while it waits for an answer, not counting the packet of that request. */
const MOST_WAITING_BYTES = 64 * 1024

/** When `onIncoming` returns this, Node's parser stops and treats the bytes that follow as another protocol. */
const STOP = 2

/** The requests of one connection that were accepted and not answered yet. */
interface Turns {
  /** One function for each waiting request; it releases the bytes counted for that request. */
  waiting: (() => void)[]
  /** `socket.bytesRead` when the request that is being handled now began. */
  bytesBefore: number
  /** The last one that was accepted. */
  request: IncomingMessage
  response: ServerResponse
  /** Bytes to send as the answer to the last request, because the rest of that request is malformed. */
  fault?: string
  /** Whether a listener releases the waiting requests when the connection closes. */
  isWatched?: boolean
  /** Whether further requests are ignored. */
  isClosed: boolean
}

/**
 * Handles pipelined requests of an HTTP/1.1 connection one at a time: each waits until the previous one was answered,
 * so a connection never holds more than one answer in memory. When too many requests wait, it ignores any further ones,
 * answers the accepted ones, and closes the connection after the last.
 */
export class InTurn {
  readonly #handle: RequestListener
  readonly #hold: Hold
  readonly #connections = new WeakMap<Socket, Turns>()

  constructor(handle: RequestListener, hold: Hold) {
    this.#handle = handle
    this.#hold = hold
  }

  /** Handles a request now or when its turn comes. Requests over HTTP/2 never wait. */
  readonly listener: RequestListener = (request, response) => {
    if (request.httpVersionMajor === 2) return this.#handle(request, response)
    const turns = this.#connections.get(request.socket)
    if (turns?.isClosed) return undefined
    if (response.socket) return this.#begin(request, response)
    if (this.#queue(turns!, request, response)) return undefined
    // Read and drop the body: while it is unread, Node does not notice that the client disconnects.
    request.resume()
    return close(turns!)
  }

  /**
   * Ends a connection on which the client sent something malformed. Complete requests are answered first; then an
   * incomplete one, if there is one, gets `answer`, the bytes of an error response.
   */
  refuse(socket: Socket, answer: () => string): void {
    const turns = this.#connections.get(socket)
    if (socket.writableEnded || turns?.isClosed) return
    if (!socket.writable) socket.destroy()
    else if (!turns || (turns.response.writableEnded && turns.request.complete)) endWith(socket, answer())
    else if (turns.request.complete) close(turns)
    // This request was answered before it was complete. The client would take a second answer for that of its next
    // request.
    else if (turns.response.headersSent) socket.destroySoon()
    else if (turns.response.socket) endWith(socket, answer())
    else {
      turns.fault = answer()
      turns.isClosed = true
    }
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const turns = this.#connections.get(socket)
    const accepted = { bytesBefore: socket.bytesRead, request, response }
    if (turns) Object.assign(turns, accepted)
    else this.#connections.set(socket, { ...accepted, waiting: [], isClosed: false })
    this.#handle(request, response)
  }

  /** Queues the request. Returns false when too many requests or bytes wait already. */
  #queue(turns: Turns, request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    if (turns.waiting.length >= MOST_WAITING || socket.bytesRead - turns.bytesBefore > MOST_WAITING_BYTES) return false
    const release = this.#hold(socket.remoteAddress, costOf(request))
    if (!release) return false
    if (!turns.isWatched) socket.once('close', () => turns.waiting.forEach((free) => free()))
    turns.isWatched = true
    turns.waiting.push(release)
    turns.request = request
    turns.response = response
    response.once('socket', () => {
      turns.waiting.shift()!()
      turns.bytesBefore = socket.bytesRead
      if (turns.fault !== undefined && turns.response === response) endWith(socket, turns.fault)
      else this.#handle(request, response)
    })
    return true
  }
}

/** Ignores further requests, and closes the connection after the answer to the last accepted one. */
function close(turns: Turns): void {
  const { socket } = turns.request
  turns.isClosed = true
  turns.response.shouldKeepAlive = false
  // When the headers were already sent without `Connection: close`, close the connection ourselves.
  if (turns.response.writableFinished) socket.destroySoon()
  else if (turns.response.headersSent) turns.response.once('finish', () => socket.destroySoon())
  // Otherwise Node parses the rest of the packet, and keeps each request in it until the earlier ones are answered.
  const { parser } = socket as Socket & { parser?: { onIncoming?: () => number } }
  if (parser?.onIncoming) parser.onIncoming = () => STOP
}
