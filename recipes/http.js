// A live event endpoint on Node's http: the time, once a second. `curl -N localhost:3000`
// npm i teahouse
import { createServer } from 'node:http'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const clock = new Hub().open()
setInterval(() => clock.pass(encode({ event: 'time', data: new Date().toISOString() })), 1000)

createServer((request, response) => {
  clock.join(startEventStream(request, response))
}).listen(process.env.PORT ?? 3000)
