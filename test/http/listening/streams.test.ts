import { expect } from 'chai'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { listen, type Listener } from '../../support/http/listener.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'
import { until } from '../../support/until.ts'

const STREAMS = ['/stream', '/es', '/chat', '/chat?format=json', '/rooms/tea/chat']

let teahouse: Teahouse
let url: string

async function start(options: Parameters<typeof startTeahouse>[0] = {}): Promise<void> {
  teahouse = await startTeahouse(options)
  ;({ url } = teahouse)
}

/** Stops it, and expects that nothing went wrong and nothing is left. */
async function stop(): Promise<void> {
  await teahouse.stop()
  expect(teahouse.failures).to.deep.equal([])
  expect(teahouse.hub.size).to.equal(0)
}

function leave(listeners: Listener[]): Promise<void> {
  for (const listener of listeners) listener.close()
  return until(
    () => teahouse.hub.size === 0,
    () => `an empty hub, which has ${teahouse.hub.size}`,
  )
}

describe('GET /stream', () => {
  beforeEach(() => start({ clockMs: 10 }))
  afterEach(stop)

  it('begins with the retry, the time of connecting and the date', async () => {
    const clock = await listen(`${url}/stream`)
    await clock.until(1)
    expect(clock.text).to.match(/^retry: 10000\nevent: connecttime\ndata: \S+Z\n\ndata: \S+Z\n\n/)
    await leave([clock])
  })

  it('keeps ticking for all of fifty clients, and keeps nothing when they have gone', async () => {
    const clocks = await Promise.all(Array.from({ length: 50 }, () => listen(`${url}/stream`)))
    for (const clock of clocks) {
      const dates = (await clock.until(6)).map(({ data }) => Date.parse(data))
      expect(dates).not.to.include(NaN)
    }
    await leave(clocks)
    const again = await listen(`${url}/stream`)
    await again.until(3)
    await leave([again])
  })

  it('goes on for the others when some of them leave', async () => {
    const clocks = await Promise.all(Array.from({ length: 10 }, () => listen(`${url}/stream`)))
    for (const clock of clocks.slice(0, 9)) clock.close()
    await until(() => teahouse.hub.size === 1)
    const last = clocks.at(-1)!
    await last.until(last.events.length + 5)
    await leave([last])
  })
})

describe('GET /es', () => {
  beforeEach(() => start({ namedEventsMs: 10 }))
  afterEach(stop)

  it('sends a named event at once, and another at every interval', async () => {
    const listener = await listen(`${url}/es`)
    await listener.until(3, 'test')
    const [first, ...later] = listener.data<{ a: string; b: unknown }>('test')
    expect(first).to.deep.equal({ a: 'yango', b: 'tango' })
    for (const { a, b } of later) {
      expect(a).to.equal('yango')
      expect(b).to.be.a('number')
    }
    expect(listener.comments.length).to.be.above(0)
    await leave([listener])
  })
})

describe('every event stream', () => {
  beforeEach(() => start())
  afterEach(stop)

  for (const path of STREAMS) {
    it(`${path} has the headers of one`, async () => {
      const listener = await listen(url + path)
      expect(listener.status).to.equal(200)
      expect(listener.headers).to.include({
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        ...(IS_HTTP2 ? {} : { connection: 'close' }),
      })
      expect(listener.headers).not.to.have.property('content-length')
      if (IS_HTTP2) expect(listener.headers).not.to.have.any.keys('connection', 'transfer-encoding')
      else expect(listener.headers).to.include({ 'transfer-encoding': 'chunked' })
      await until(() => listener.text.endsWith('\n\n'))
      await leave([listener])
    })

    it(`${path} answers HEAD with the same headers, and leaves nothing`, async () => {
      const response = await fetch(url + path, { method: 'HEAD' })
      expect(response.status).to.equal(200)
      expect(response.headers.get('content-type')).to.equal('text/event-stream')
      expect(response.headers.get('x-accel-buffering')).to.equal('no')
      expect(teahouse.hub.size).to.equal(0)
      expect([...teahouse.rooms].filter((room) => !room.isEmpty)).to.deep.equal([])
    })
  }

  it('ends for a client of HTTP/1.0 too when it leaves', async () => {
    const { socket } = await dial(url, 'GET /chat HTTP/1.0\r\n\r\n')
    await until(() => teahouse.hub.size === 1)
    socket.destroy()
    await until(() => teahouse.hub.size === 0)
  })

  it('ends with its own time to come back when the server drains', async () => {
    const listener = await listen(`${url}/chat?format=json`)
    await listener.until(1, 'roster')
    await teahouse.stop()
    await until(() => listener.ended)
    const [closing] = listener.data<{ retry: number }>('closing')
    expect(listener.text).to.include(`retry: ${closing!.retry}\n`)
    await start()
  })

  it('does not hold the drain up when it was still on its way', async function () {
    this.timeout(9000)
    const connections = await Promise.all(
      Array.from({ length: 20 }, (_, index) => dial(url, requestText('GET', `/rooms/r${index}/chat`))),
    )
    await teahouse.stop()
    for (const { socket } of connections) socket.destroy()
    await start()
  })

  it('holds little for a client that never reads, and the others hear all', async function () {
    this.timeout(60_000)
    const responses: ServerResponse[] = []
    const remember = (message: unknown) => void responses.push((message as { response: ServerResponse }).response)
    subscribe('http.server.request.start', remember)
    const { socket } = await dial(url, requestText('GET', '/chat'))
    socket.pause()
    await until(() => teahouse.hub.size === 1)
    unsubscribe('http.server.request.start', remember)
    const listener = await listen(`${url}/chat`)
    const [response] = responses
    let said = 0
    const say = async (text: string) => {
      const posts = Array.from({ length: 20 }, () => fetch(`${url}/chat`, { method: 'POST', body: text }))
      for (const post of posts) expect((await post).status).to.equal(201)
      said += posts.length
    }
    // What the kernel takes is not ours; it is full after a while.
    for (let before = -1; before !== response!.socket!.bytesWritten;) {
      before = response!.socket!.bytesWritten
      await say('茶'.repeat(8000))
    }
    await say('hi')
    await listener.until(said + 1)
    expect(response!.writableLength).to.be.above(0)
    expect(response!.writableLength).to.be.below(128 * 1024)
    socket.destroy()
    await leave([listener])
  })

  it('ends a client that takes nothing for a while, and not one that reads', async function () {
    this.timeout(60_000)
    const impatient = await startTeahouse({ heartbeatMs: 300, stallMs: 600 })
    const { socket } = await dial(impatient.url, requestText('GET', '/chat'))
    socket.pause()
    const listener = await listen(`${impatient.url}/chat`)
    await until(() => impatient.hub.size === 2)
    let said = 0
    while (impatient.hub.size === 2) {
      await fetch(`${impatient.url}/chat`, { method: 'POST', body: '茶'.repeat(8000) })
      said++
    }
    await listener.until(said + 1)
    expect(impatient.hub.size).to.equal(1)
    socket.destroy()
    listener.close()
    await impatient.stop()
  })
})
