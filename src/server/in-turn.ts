import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many pipelined requests of one connection may wait; no browser sends any. */
const MOST_WAITING = 32

/**
 * Handles the requests of one connection one after the other: a pipelined one waits until the answers before it are
 * given, so that what they hold is never more than one answer. A connection with too many that wait is closed.
 */
export function inTurn(handle: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>()

  function queue(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const before = waiting.get(socket) ?? 0
    if (before >= MOST_WAITING) {
      socket.destroy()
      return
    }
    waiting.set(socket, before + 1)
    response.once('socket', () => {
      waiting.set(socket, waiting.get(socket)! - 1)
      handle(request, response)
    })
  }

  return function inTurn(request, response) {
    if (response.socket) handle(request, response)
    else queue(request, response)
  }
}
