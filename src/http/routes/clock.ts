import { Router } from '@koa/router'
import type { Context } from 'koa'
import { encode, type Frame, type Hub } from '../../sse/index.ts'
import { startEventStream } from './event-stream.ts'
import type { Guards } from '../limits/guards.ts'
import { Ticker } from './ticker.ts'

/**
 * `GET /stream`: the date, every `everyMs`. When it does not arrive every second, a proxy between buffers the stream.
 */
export function clockRoutes(hub: Hub, { streams }: Guards, everyMs: number): Router {
  const ticker = new Ticker(hub, everyMs, time)

  function clock(ctx: Context): void {
    streams.enter(ctx)
    const stream = startEventStream(ctx)
    const connected = encode({ retry: 10_000, event: 'connecttime', data: new Date().toISOString() })
    ticker.join(stream, Buffer.concat([connected, time()]))
  }

  return new Router().get('/stream', clock)
}

function time(): Frame {
  return encode({ data: new Date().toISOString() })
}
