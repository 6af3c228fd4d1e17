// Tests of a stream of your own, over real HTTP: `node --test testing.js`
// npm i teahouse eventsource-parser
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { encode, EventStream, Hub, startEventStream } from 'teahouse/sse'

const hub = new Hub()
const news = hub.open()
const server = createServer((request, response) => news.join(startEventStream(request, response)))
let url

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${server.address().port}`
})
after(() => {
  hub.end(() => 0)
  server.close()
  server.closeAllConnections()
})

test('sends a headline to everybody who listens', async () => {
  // The headers have come, so the stream has joined: nothing is missed from here on.
  const { body, headers } = await fetch(url)
  assert.equal(headers.get('content-type'), 'text/event-stream')
  news.pass(encode({ event: 'headline', data: 'It works' }))
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader()
  const { value } = await reader.read()
  assert.deepEqual([value.event, value.data], ['headline', 'It works'])
  await reader.cancel()
})

test('says the same without a server', async () => {
  const stream = new EventStream()
  news.join(stream)
  news.pass(encode({ data: 'hi' }))
  // What comes in one turn of the event loop is sent at its end.
  await new Promise(setImmediate)
  assert.equal(String(stream.read()), 'retry: 3000\n\ndata: hi\n\n')
  stream.destroy()
})

test('counts a client until it has gone', async () => {
  const client = new AbortController()
  await fetch(url, { signal: client.signal })
  const { size } = hub
  client.abort()
  while (hub.size === size) await new Promise(setImmediate)
  assert.equal(hub.size, size - 1)
})
