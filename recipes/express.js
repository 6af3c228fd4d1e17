// A live event endpoint on Express: the time, once a second. `curl -N localhost:3000`
// npm i teahouse express
import express from 'express'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const clock = new Hub().open()
setInterval(() => clock.pass(encode({ event: 'time', data: new Date().toISOString() })), 1000)

const app = express()
app.get('/', (request, response) => clock.join(startEventStream(request, response)))
app.listen(process.env.PORT ?? 3000)
