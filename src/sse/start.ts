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
  for (const [name, value] of HEADERS) response.setHeader(name, value)
  if (request.httpVersionMajor === 1) {
    // It lasts as long as its connection, so its end needs no mark, and no frame the wrapping of a chunk.
    response.setHeader('Connection', 'close')
    response.removeHeader('Transfer-Encoding')
  }
  const stream = new EventStream()
  if (request.method === 'HEAD') {
    response.end()
    stream.destroy()
  } else {
    stream.sendTo(response, 'stream' in response ? response.stream : response.socket!)
  }
  return stream
}
