import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { EventStream } from './event-stream.ts'

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

const HEADERS = [
  ['Content-Type', 'text/event-stream'],
  ['Cache-Control', 'no-cache, no-transform'],
  // Tells nginx not to keep frames back.
  ['X-Accel-Buffering', 'no'],
] as const

/**
 * Answers a request of Node's `http`, or of what is built on it, with an event stream, to be joined to a channel. The
 * stream closes when the client has gone, and the other way round. HEAD gets the headers alone, and a closed stream.
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

/** Sets the headers of an answer with an event stream, for whoever sends the body by itself. */
export function setStreamHeaders(request: Request, response: Response): void {
  for (const [name, value] of HEADERS) response.setHeader(name, value)
  // The stream lasts as long as its connection. HTTP/2 has no such header.
  if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close')
}
