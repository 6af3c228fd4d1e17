import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { connect, type AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { startEventStream, type EventStream } from '../../src/sse/index.ts'
import { requestText } from '../support/http/socket.ts'
import { entry } from '../support/process/log.ts'
import { until } from '../support/until.ts'

const FRAME = entry(1, 48 * 1024)
/** What the wire may add to each frame: the length of a chunk, and its line breaks. */
const MOST_AROUND = 16

/** A client that asks and never reads. */
const CLIENTS = {
  'HTTP/1.1': (port: number) => {
    const socket = connect(port, '127.0.0.1')
    socket.pause().write(requestText('GET', '/'))
    return socket
  },
  'HTTP/2': (port: number) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    session.request({ ':path': '/' }).pause()
    return session
  },
}

describe('the bytes that an EventStream holds', () => {
  for (const [transport, open] of Object.entries(CLIENTS)) {
    it(`are those that its reader has yet to take, each counted once, over ${transport}`, async () => {
      const streams: EventStream[] = []
      const server = transport === 'HTTP/2' ? createHttp2Server() : createServer()
      ;(server as Server).on('request', (request, response) => streams.push(startEventStream(request, response)))
      server.listen(0, '127.0.0.1')
      await until(() => server.listening)
      const client = open((server.address() as AddressInfo).port)
      await until(() => streams.length > 0)
      const [stream] = streams as [EventStream]

      while (stream.heldBytes === 0) {
        await turn()
        stream.write(FRAME)
      }
      // Nothing is taken in the middle of a turn.
      for (let frames = 1; frames <= 5; frames++) {
        expect(stream.heldBytes).to.be.within(frames * FRAME.length, frames * (FRAME.length + MOST_AROUND))
        stream.write(FRAME)
      }
      stream.cutOff()
      client.destroy()
      server.close()
    })
  }
})
