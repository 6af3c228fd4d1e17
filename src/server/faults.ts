import type { Server as HttpServer } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { App } from '../app.ts'
import type { InTurn } from './in-turn.ts'
import { answerWith, rawAnswer } from './raw-answer.ts'

/** Maps the error codes of Node's HTTP parser to ours; any other error is `bad_request`. */
const CODES: Record<string, Parameters<App['refuse']>[0]> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'too_slow',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

/** Gives the requests that Node itself rejects the same JSON body as any other error; Node would send an empty one. */
export function answerFaults(http: HttpServer, turns: InTurn, refuse: App['refuse']): void {
  // Pass requests with an unknown `Expect` to the app too, which answers `expectation_failed`.
  http.on('checkExpectation', turns.listener)
  http.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    turns.refuse(socket, () => rawAnswer(refuse(CODES[code] ?? 'bad_request')))
  })
  http.on('connect', (_request, given: Socket | Http2ServerResponse) => {
    if ('writeHead' in given) answerWith(given, refuse('method_not_allowed'))
    else turns.refuse(given, () => rawAnswer(refuse('method_not_allowed')))
  })
}
