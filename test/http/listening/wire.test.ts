import { expect } from 'chai'
import { PassThrough } from 'node:stream'
import { makeApp } from '../../../src/app.ts'
import { startServer } from '../../../src/server/server.ts'
import { ChunkReader } from '../../support/http/chunks.ts'
import { postForm, postText } from '../../support/http/client.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

let teahouse: Teahouse

/** What follows the headers, as it came. */
function rawBody({ text }: { text: string }): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

/** The body of complete chunks, and whether the last one has come. */
function readChunks(raw: string): { body: string; isComplete: boolean } {
  const chunks = new ChunkReader()
  const body = String(chunks.read(Buffer.from(raw, 'latin1')))
  return { body, isComplete: chunks.isComplete }
}

describe('an event stream on the wire', () => {
  beforeEach(async () => void (teahouse = await startTeahouse({ graceMs: 10 })))
  afterEach(async () => {
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('is chunked over HTTP/1.1, each block in a chunk of its own', async function () {
    if (IS_HTTP2) this.skip()
    const connection = await dial(teahouse.url, requestText('GET', '/chat'))
    await until(() => readChunks(rawBody(connection)).body.includes('\n\n'))
    for (let n = 1; n <= 5; n++) await postText(`${teahouse.url}/chat`, `text ${n} ${'茶'.repeat(n * 300)}`)
    await until(() => readChunks(rawBody(connection)).body.includes('data: text 5'))
    const { body } = readChunks(rawBody(connection))
    expect(body.match(/text \d/g)).to.deep.equal(['text 1', 'text 2', 'text 3', 'text 4', 'text 5'])
    expect(connection.text).to.match(/\r\nConnection: close\r\n/)
    connection.socket.destroy()
  })

  it('ends with the last chunk when the server drains, and without it when it is cut off', async function () {
    if (IS_HTTP2) this.skip()
    const connections = await Promise.all([1, 2].map(() => dial(teahouse.url, requestText('GET', '/chat'))))
    await until(() => teahouse.hub.size === 2)
    const [cut, drained] = connections
    const channel = [...teahouse.hub].find(({ streams }) => streams.size > 0)
    await until(() => connections.every((connection) => readChunks(rawBody(connection)).body.includes('\n\n')))
    const [first] = channel!.streams
    first!.destroy()
    await until(() => connections.some(({ socket }) => socket.closed))
    expect(connections.filter((connection) => readChunks(rawBody(connection)).isComplete)).to.deep.equal([])
    await teahouse.stop()
    const left = cut!.socket.closed ? drained! : cut!
    await until(() => readChunks(rawBody(left)).isComplete)
    teahouse = await startTeahouse()
  })

  it('is as it is over HTTP/1.0, until the connection ends', async function () {
    if (IS_HTTP2) this.skip()
    const connection = await dial(teahouse.url, 'GET /chat?format=json HTTP/1.0\r\n\r\n')
    await until(() => connection.text.includes('event: ready'))
    expect(rawBody(connection)).to.match(/^retry: 3000\nevent: ready\n/)
    expect(connection.text).not.to.match(/transfer-encoding/i)
    connection.socket.destroy()
  })

  it('is the body of the answer, for other middleware to see', async () => {
    const bodies: unknown[] = []
    const app = makeApp(teahouse.store, {
      language: 'en',
      nameLifetimeMs: 60_000,
      replayLimit: 10,
      onError: (error) => expect.fail(String(error)),
    })
    app.koa.middleware.unshift(async (ctx, next) => {
      await next()
      bodies.push(ctx.body)
    })
    const server = await startServer(app, { port: 0, host: '127.0.0.1' })
    await fetch(`${server.url}/chat`, { method: 'HEAD' })
    const { socket } = await dial(server.url, requestText('GET', '/chat'))
    await until(() => bodies.length === 2)
    for (const body of bodies) expect(body).to.be.instanceOf(PassThrough)
    socket.destroy()
    await server.drain()
  })
})

describe('where a stream begins', () => {
  const read = async (path: string, headers: Record<string, string> = {}, count = 1) => {
    const response = await fetch(teahouse.url + path, { headers })
    expect(response.status).to.equal(200)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while ((text.match(/\n\n/g) ?? []).length < count) text += (await reader.read()).value ?? ''
    await reader.cancel()
    return text.split('\n\n').slice(0, count)
  }
  const say = async (count: number) => {
    const ids: string[] = []
    for (let n = 1; n <= count; n++)
      ids.push((await postForm(`${teahouse.url}/chat`, { name: 'bob', message: `m${n}` })).json.id)
    return ids
  }

  // The client here speaks HTTP/1.1 alone.
  before(function () {
    if (IS_HTTP2) this.skip()
  })
  beforeEach(async () => void (teahouse = await startTeahouse()))
  afterEach(async () => {
    await teahouse.stop()
  })

  it('is the id of its first block: the head when it is live, its own cursor when it is resumed', async () => {
    const ids = await say(3)
    expect((await read('/chat'))[0]).to.equal(`retry: 3000\ndata: 已连接至服务器\nid: ${ids[2]}`)
    expect((await read('/chat', { 'Last-Event-ID': ids[0]! }))[0]).to.match(new RegExp(`\\nid: ${ids[0]}$`))
    expect((await read('/chat?format=json'))[0]).to.match(
      new RegExp(`^retry: 3000\\nevent: ready\\ndata: .*\\nid: ${ids[2]}$`),
    )
    expect((await read(`/chat?format=json&since=${ids[1]}`))[0]).to.match(new RegExp(`\\nid: ${ids[1]}$`))
  })

  it('is before the first entry that is kept when it starts from there', async () => {
    const ids = await say(2)
    const origin = ids[0]!.replace(/1$/, '0')
    expect((await read('/chat?since=start'))[0]).to.match(new RegExp(`\\nid: ${origin}$`))
    const [ready, first] = await read('/chat?format=json', { 'Last-Event-ID': origin }, 2)
    expect(ready).to.include('"resume":"resumed","replayed":2')
    expect(first).to.match(new RegExp(`^event: message\\ndata: .*\\nid: ${ids[0]}$`))
  })

  it('is the head after a reset', async () => {
    const ids = await say(2)
    const [greeting, notice] = await read('/chat', { 'Last-Event-ID': 'other-7' }, 2)
    for (const block of [greeting, notice]) expect(block).to.match(new RegExp(`\\nid: ${ids[1]}$`))
  })

  it('is told by the header, else by lastEventId, else by since', async () => {
    const ids = await say(3)
    const start = async (query: string, headers = {}) =>
      /id: (.*)$/.exec((await read(`/chat?${query}`, headers))[0]!)?.[1]
    expect(await start(`lastEventId=${ids[1]}&since=${ids[0]}`, { 'Last-Event-ID': ids[2] })).to.equal(ids[2])
    expect(await start(`lastEventId=${ids[1]}&since=${ids[0]}`)).to.equal(ids[1])
    expect(await start(`lastEventId=&since=${ids[0]}`)).to.equal(ids[0])
    const bad = await fetch(`${teahouse.url}/chat?lastEventId=start`)
    expect(bad.status).to.equal(400)
  })
})
