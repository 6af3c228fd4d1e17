// A live event endpoint on Fastify: the time, once a second. `curl -N localhost:3000`
// npm i teahouse fastify
import Fastify from 'fastify'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const clock = new Hub().open()
setInterval(() => clock.pass(encode({ event: 'time', data: new Date().toISOString() })), 1000)

const app = Fastify()
app.get('/', (request, reply) => {
  reply.hijack()
  clock.join(startEventStream(request.raw, reply.raw))
})
await app.listen({ port: Number(process.env.PORT ?? 3000) })
