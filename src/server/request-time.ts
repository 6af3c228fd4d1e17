import type { RequestListener } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { RefusalCode } from '../chat/refusal.ts'
import type { ErrorAnswer } from '../http/middleware/errors.ts'

/**
 * Refuses a request of HTTP/2 of which not all has come within `ms`, and ends its stream; one of HTTP/1.1 is Node's to
 * watch. 0 is no limit.
 */
export function inTime(
  handle: RequestListener,
  ms: number,
  refuse: (code: RefusalCode) => ErrorAnswer,
): RequestListener {
  if (ms === 0) return handle
  return function inTime(request, response) {
    if (request.httpVersionMajor === 2)
      watch(request as unknown as Http2ServerRequest, response as unknown as Http2ServerResponse)
    handle(request, response)
  }

  function watch({ stream }: Http2ServerRequest, response: Http2ServerResponse): void {
    if (stream.endAfterHeaders) return
    const late = setTimeout(() => {
      if (!response.headersSent) {
        const { status, body } = refuse('too_slow')
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        response.end(body)
      }
      // Sends what was answered, and tells the client to send no more.
      stream.close()
    }, ms)
    for (const event of ['end', 'close']) stream.once(event, () => clearTimeout(late))
  }
}
