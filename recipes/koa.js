// A live event endpoint on Koa: the time, once a second. `curl -N localhost:3000`
// npm i teahouse koa
import Koa from 'koa'
import { encode, EventStream, Hub, setStreamHeaders } from 'teahouse/sse'

const clock = new Hub().open()
setInterval(() => clock.pass(encode({ event: 'time', data: new Date().toISOString() })), 1000)

const app = new Koa()
app.use((ctx) => {
  const stream = new EventStream()
  setStreamHeaders(ctx.req, ctx.res)
  ctx.body = stream
  clock.join(stream)
})
app.listen(process.env.PORT ?? 3000)
