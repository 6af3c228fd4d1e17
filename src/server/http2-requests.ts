import type { IncomingMessage, RequestListener } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { App } from '../app.ts'
import { answerWith } from './raw-answer.ts'
import { costOf, type Hold } from './request-cost.ts'

interface Watched {
  /** Milliseconds in which all of a request must come; 0 is no limit. */
  requestMs: number
  hold: Hold
  refuse: App['refuse']
}

/**
 * Does for the requests of HTTP/2, of which a connection has many under way, what Node does for the one of HTTP/1.1: refuses
 * one of which not all has come in time. And counts what each of them holds, until it is answered.
 */
export function watchHttp2(handle: RequestListener, { requestMs, hold, refuse }: Watched): RequestListener {
  return function watchHttp2(request, response) {
    if (request.httpVersionMajor === 2) {
      const answered = response as unknown as Http2ServerResponse
      if (!enter(request, answered)) return
      if (requestMs > 0) expectSoon(request as unknown as Http2ServerRequest, answered)
    }
    handle(request, response)
  }

  function enter(request: IncomingMessage, response: Http2ServerResponse): boolean {
    const release = hold(request.socket.remoteAddress, costOf(request))
    if (release) response.once('close', release)
    else answerWith(response, refuse('address_full'))
    return release !== undefined
  }

  function expectSoon({ stream }: Http2ServerRequest, response: Http2ServerResponse): void {
    if (stream.endAfterHeaders) return
    const late = setTimeout(() => {
      if (!response.headersSent) answerWith(response, refuse('too_slow'))
      // Sends what was answered, and tells the client to send no more.
      stream.close()
    }, requestMs)
    for (const event of ['end', 'close']) stream.once(event, () => clearTimeout(late))
  }
}
