import { Router } from '@koa/router'
import type { Context } from 'koa'
import { comment, encode, type Frame, type Hub } from '../../sse/index.ts'
import { startEventStream } from './event-stream.ts'
import type { Guards } from '../limits/guards.ts'
import { Ticker } from './ticker.ts'

/** `GET /es`: a named event with JSON at once and then every `everyMs`, for testing a client. */
export function namedEventRoutes(hub: Hub, { streams }: Guards, everyMs: number): Router {
  const ticker = new Ticker(hub, everyMs, () => test(Date.now()))

  function namedEvents(ctx: Context): void {
    streams.enter(ctx)
    const stream = startEventStream(ctx)
    ticker.join(stream, Buffer.concat([comment('named events'), encode({ retry: 3000 }), test('tango')]))
  }

  return new Router().get('/es', namedEvents)
}

function test(b: string | number): Frame {
  return encode({ event: 'test', data: JSON.stringify({ a: 'yango', b }) })
}
