// A live event endpoint on Hono: the time, once a second. `curl -N localhost:3000`
// npm i teahouse hono @hono/node-server
import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const clock = new Hub().open()
setInterval(() => clock.pass(encode({ event: 'time', data: new Date().toISOString() })), 1000)

const app = new Hono()
app.get('/', ({ env }) => {
  clock.join(startEventStream(env.incoming, env.outgoing))
  return RESPONSE_ALREADY_SENT
})
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
