import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { EventStream } from './event-stream.ts'

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse | Http2ServerResponse

/**
 * Answers a request of Node's `http`, or of what is built on it, with an event stream, to be joined to a channel. The
 * stream closes when the client has gone, and the other way round. HEAD gets the headers alone, and a closed stream.
 */
export function startEventStream(request: Request, response: Response): EventStream {
  response.statusCode = 200
  response.setHeader('Content-Type', 'text/event-stream')
  response.setHeader('Cache-Control', 'no-cache, no-transform')
  response.setHeader('X-Accel-Buffering', 'no')
  if (request.httpVersionMajor === 1) {
    // The stream lasts as long as its connection, so its end needs no mark, and no frame the wrapping of a chunk.
    response.setHeader('Connection', 'close')
    response.removeHeader('Transfer-Encoding')
  }
  const stream = new EventStream()
  if (request.method === 'HEAD') {
    response.end()
    stream.destroy()
  } else {
    send(stream, response)
  }
  return stream
}

/** Not `Stream.pipeline`: that costs about a fifth of a connection, in memory and in time. */
function send(stream: EventStream, response: Response): void {
  stream.response = response
  stream.pipe(response)
  response.once('close', () => stream.destroy())
  stream.once('close', () => {
    // One that has ended may have its last bytes on their way still.
    if (!stream.readableEnded) response.destroy()
  })
}
