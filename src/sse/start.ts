import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { EventStream } from './event-stream.ts'

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

const HEADERS = [
  ['Content-Type', 'text/event-stream'],
  ['Cache-Control', 'no-cache, no-transform'],
  // Tells nginx not to buffer the stream.
  ['X-Accel-Buffering', 'no'],
] as const

/**
 * Answers a request of Node's `http` or `http2` (or of a framework on top of them) with an event stream. The caller
 * must let the stream join a channel. When the client leaves, the stream closes; when the stream closes, so does the
 * response. For HEAD it sends the headers only and returns a closed stream.
 */
export function startEventStream(request: Request, response: Response): EventStream {
  response.statusCode = 200
  setStreamHeaders(request, response)
  const stream = new EventStream()
  if (request.method === 'HEAD') {
    response.end()
    stream.destroy()
  } else {
    stream.pipe(response)
  }
  return stream
}

/** Sets the headers of an event stream. The caller must send the status and the body. */
export function setStreamHeaders(request: Request, response: Response): void {
  for (const [name, value] of HEADERS) response.setHeader(name, value)
  // Nothing follows the stream on its connection, so close it afterwards. HTTP/2 does not allow this header.
  if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close')
}
