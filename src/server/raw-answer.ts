import { STATUS_CODES } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { ErrorAnswer } from '../http/middleware/errors.ts'

/**
 * Milliseconds that a client has to read the last answer and to stop sending, before the server closes the connection.
 */
const LINGER_MS = 1000

/** Answers an HTTP/2 request with an error, without Koa. */
export function answerWith(response: Http2ServerResponse, { status, body }: ErrorAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(body)
}

/** An HTTP/1.1 error response as text, with `Connection: close`. */
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
 * Sends the last bytes of a connection, and closes it `LINGER_MS` later. Closing it while the client still sends would
 * reset the connection, and the client would lose the answer (RFC 9112 section 9.6).
 */
export function endWith(socket: Socket, bytes: string): void {
  socket.end(bytes)
  const cut = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(cut))
}
