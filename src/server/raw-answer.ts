import { STATUS_CODES } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { ErrorAnswer } from '../http/middleware/errors.ts'

/** Milliseconds that a client has to take the last answer, and to stop sending, before its connection is cut. */
const LINGER_MS = 1000

/** Answers a request of HTTP/2 past Koa. */
export function answerWith(response: Http2ServerResponse, { status, body }: ErrorAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(body)
}

/** The bytes of an answer after which the connection ends. */
export function rawAnswer({ status, body }: ErrorAnswer): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    `Date: ${new Date().toUTCString()}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/**
 * Sends the last bytes of a connection. It is cut a moment later: to cut it while the client still sends would reset it,
 * and the client would lose the answer (RFC 9112 section 9.6).
 */
export function endWith(socket: Socket, bytes: string): void {
  socket.end(bytes)
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(cut))
}
