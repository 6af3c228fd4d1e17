import type { IncomingMessage, RequestListener } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { App } from '../app.ts'
import { answerWith } from './raw-answer.ts'
import { costOf, type Hold } from './request-cost.ts'

interface Http2Limits {
  /** Milliseconds within which a whole request must arrive; 0 for no limit. */
  requestMs: number
  hold: Hold
  refuse: App['refuse']
}

/**
 * Wraps `handle` with limits for HTTP/2. It answers `too_slow` when a request does not arrive in full within
 * `requestMs` (Node enforces this for HTTP/1.1 only), and counts the memory that each request holds until it is
 * answered.
 */
export function watchHttp2(handle: RequestListener, { requestMs, hold, refuse }: Http2Limits): RequestListener {
  return function watchHttp2(request, response) {
    if (request.httpVersionMajor === 2) {
      const answered = response as unknown as Http2ServerResponse
      if (!enter(request, answered)) return
      if (requestMs > 0) refuseWhenLate(request as unknown as Http2ServerRequest, answered)
    }
    handle(request, response)
  }

  function enter(request: IncomingMessage, response: Http2ServerResponse): boolean {
    const release = hold(request.socket.remoteAddress, costOf(request))
    if (release) response.once('close', release)
    else answerWith(response, refuse('address_full'))
    return release !== undefined
  }

  function refuseWhenLate({ stream }: Http2ServerRequest, response: Http2ServerResponse): void {
    if (stream.endAfterHeaders) return
    const late = setTimeout(() => {
      if (!response.headersSent) answerWith(response, refuse('too_slow'))
      // This first sends the answer, and then tells the client to stop sending.
      stream.close()
    }, requestMs)
    for (const event of ['end', 'close']) stream.once(event, () => clearTimeout(late))
  }
}
