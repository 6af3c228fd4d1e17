import { expect } from 'chai'
import Koa from 'koa'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { comment, encode, EventStream, Hub, setStreamHeaders, startEventStream } from '../../src/sse/index.ts'
import { until } from '../support/until.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'

describe('a stream that answers a request of Node’s http', () => {
  let hub: Hub
  let server: Server
  const sockets: Socket[] = []
  beforeEach(() => void (hub = new Hub()))
  afterEach(async () => {
    hub.end(() => 0)
    for (const socket of sockets.splice(0)) socket.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  async function serve(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<void> {
    server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
  }

  function dial(bytes: string): { socket: Socket; text: string } {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes))
    const connection = { socket, text: '' }
    socket.setEncoding('latin1').on('data', (text: string) => (connection.text += text))
    socket.on('error', () => {})
    sockets.push(socket)
    return connection
  }

  it('is closed when the client has gone before it started, and leaves nothing in the hub', async () => {
    const channel = hub.open()
    const streams: EventStream[] = []
    await serve(async (request, response) => {
      await once(response, 'close')
      await turn()
      const stream = startEventStream(request, response)
      channel.join(stream)
      streams.push(stream)
    })
    const { socket } = dial(REQUEST)
    await once(server, 'request')
    socket.destroy()
    await until(() => streams[0]?.destroyed === true)
    expect(hub.size).to.equal(0)
  })

  it('is closed when it would have to wait for another answer on its connection', async () => {
    const channel = hub.open()
    const streams: EventStream[] = []
    await serve((request, response) => {
      const stream = startEventStream(request, response)
      channel.join(stream)
      streams.push(stream)
    })
    const connection = dial(REQUEST.repeat(3))
    await until(() => streams.length === 3 && connection.text.includes('retry'))
    channel.pass(comment('here'))
    await until(() => connection.text.includes(': here'))
    expect(streams.map(({ destroyed }) => destroyed)).to.deep.equal([false, true, true])
    expect(hub.size).to.equal(1)
    connection.socket.destroy()
    await until(() => hub.size === 0)
  })

  it('goes on after a frame without bytes', async () => {
    const channel = hub.open()
    await serve((request, response) => {
      const stream = startEventStream(request, response)
      channel.join(stream, Buffer.alloc(0))
      channel.tell(stream, Buffer.alloc(0))
    })
    const connection = dial(REQUEST)
    await until(() => hub.size === 1)
    for (const text of ['', 'text']) {
      channel.append([Buffer.from(text)])
      await turn()
      await turn()
    }
    await until(() => connection.text.includes('text'))
    expect(connection.text.replace(/^[^]*?\r\n\r\n/, '')).to.equal('4\r\ntext\r\n')
  })

  it('takes what another stream writes into it', async () => {
    await serve((request, response) => {
      const stream = startEventStream(request, response)
      stream.write(': bytes\n\n' as unknown as Buffer)
      stream.write(': 茶\n\n' as unknown as Buffer)
      stream.end()
    })
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await response.text()).to.equal(': bytes\n\n: 茶\n\n')
  })

  const ways: Record<string, (ctx: Koa.Context) => EventStream> = {
    'as the body of Koa'(ctx) {
      const stream = new EventStream()
      setStreamHeaders(ctx.req, ctx.res)
      ctx.body = stream
      return stream
    },
    'past Koa'(ctx) {
      ctx.respond = false
      return startEventStream(ctx.req, ctx.res)
    },
  }
  for (const [title, start] of Object.entries(ways)) {
    describe(title, () => {
      async function serveKoa(): Promise<string> {
        const channel = hub.open()
        const app = new Koa()
        app.silent = true
        app.use((ctx) => channel.join(start(ctx)))
        await serve(app.callback())
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      }
      it('sends what comes, and leaves with its client', async () => {
        await serveKoa()
        const connection = dial(REQUEST)
        await until(() => connection.text.includes('retry: 3000'))
        expect(connection.text).to.match(/^HTTP\/1.1 200 OK\r\n/)
        expect(connection.text).to.match(/\r\nContent-Type: text\/event-stream\r\n/)
        const [channel] = hub
        channel!.append([encode({ data: 'x'.repeat(200_000), id: '1' }), encode({ data: 'end', id: '2' })])
        await until(() => connection.text.includes('data: end'))
        connection.socket.destroy()
        await until(() => hub.size === 0)
      })

      it('ends with the hub', async () => {
        const response = await fetch(await serveKoa())
        await until(() => hub.size === 1)
        hub.end(() => 7)
        expect(await response.text()).to.equal('retry: 3000\n\nretry: 7\n\n')
        expect(hub.size).to.equal(0)
      })

      it('leaves nothing behind after HEAD', async () => {
        const { status, headers } = await fetch(await serveKoa(), { method: 'HEAD' })
        expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/event-stream'])
        await until(() => hub.size === 0)
      })
    })
  }
})
