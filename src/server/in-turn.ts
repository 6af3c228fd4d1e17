import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { costOf, type Hold } from './request-cost.ts'
import { endWith } from './raw-answer.ts'

/** How many pipelined requests of one connection may wait; no browser sends any. */
const MOST_WAITING = 32

/** Bytes that a connection may send while an answer is under way, beside the packet that the request came in. */
const MOST_WAITING_BYTES = 64 * 1024

/** Returned by the listener of a parser: do not read on, as what follows is no HTTP. */
const STOP = 2

/** The requests of one connection that were accepted and are not answered yet. */
interface Turns {
  /** Each lets go of what one that waits holds. */
  waiting: (() => void)[]
  /** What the connection had sent when the request was accepted that did not have to wait. */
  bytesBefore: number
  /** The last one that was accepted. */
  request: IncomingMessage
  response: ServerResponse
  /** Answers the last one in place of its handler, when its turn comes: the rest of it cannot be understood. */
  fault?: string
  /** What waits is let go of when the connection closes. */
  isWatched?: boolean
  /** Nothing more is accepted. */
  isClosed: boolean
}

/**
 * Handles the requests of one connection one after the other: a pipelined one waits until the answers before it are
 * given, so that what they hold is never more than one answer. When too many wait, no more are accepted: those that were
 * are answered, the last with `Connection: close`, and what follows has no effect.
 */
export class InTurn {
  readonly #handle: RequestListener
  readonly #hold: Hold
  readonly #connections = new WeakMap<Socket, Turns>()

  constructor(handle: RequestListener, hold: Hold) {
    this.#handle = handle
    this.#hold = hold
  }

  /** Takes a request; one of HTTP/2 waits for no other. */
  readonly listener: RequestListener = (request, response) => {
    if (request.httpVersionMajor === 2) return this.#handle(request, response)
    const turns = this.#connections.get(request.socket)
    if (turns?.isClosed) return undefined
    if (response.socket) return this.#begin(request, response)
    if (this.#queue(turns!, request, response)) return undefined
    // Unread, its body would keep us from hearing that the client has gone.
    request.resume()
    return close(turns!)
  }

  /**
   * Nothing on this connection can be understood from here on, for the reason that `answer` gives in bytes. A request that
   * is not complete gets it; requests that are have been accepted, and are answered first.
   */
  refuse(socket: Socket, answer: () => string): void {
    const turns = this.#connections.get(socket)
    if (socket.writableEnded || turns?.isClosed) return
    if (!socket.writable) socket.destroy()
    else if (!turns || (turns.response.writableEnded && turns.request.complete)) endWith(socket, answer())
    else if (turns.request.complete) close(turns)
    // It was answered before all of it came; a second answer would be taken for that of the next request.
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

  /** Whether the request is accepted. */
  #queue(turns: Turns, request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request
    if (turns.waiting.length >= MOST_WAITING || socket.bytesRead - turns.bytesBefore > MOST_WAITING_BYTES) return false
    const release = this.#hold(socket.remoteAddress, costOf(request))
    if (!release) return false
    if (!turns.isWatched) socket.once('close', () => turns.waiting.forEach((letGo) => letGo()))
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

/** Accepts no more requests; the connection ends with the answer to the last one that was accepted. */
function close(turns: Turns): void {
  const { socket } = turns.request
  turns.isClosed = true
  turns.response.shouldKeepAlive = false
  // Its headers may not say so any more.
  if (turns.response.writableFinished) socket.destroySoon()
  else if (turns.response.headersSent) turns.response.once('finish', () => socket.destroySoon())
  // Node would still parse all of a packet, and hold each request of it until those before it are answered.
  const { parser } = socket as Socket & { parser?: { onIncoming?: () => number } }
  if (parser?.onIncoming) parser.onIncoming = () => STOP
}
