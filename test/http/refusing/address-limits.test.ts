import { expect } from 'chai'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { parseTrust } from '../../../src/http/request/proxies.ts'
import { postText, send } from '../../support/http/client.ts'
import { openSession } from '../../support/http/http2-session.ts'
import { request } from '../../support/http/request.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const POST = 'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Type: text/plain\r\n'

describe('one address', () => {
  let teahouse: Teahouse
  const sockets: Socket[] = []
  const open = async (bytes = '') => {
    const connection = await dial(teahouse.url, bytes)
    sockets.push(connection.socket)
    return connection
  }
  const openThree = async () => {
    for (let count = 0; count < 3; count++) {
      const stream = await open(requestText('GET', '/stream'))
      await until(() => stream.text.includes('connecttime'))
    }
  }
  /** The status that another address gets, or one that posts this text. */
  const statusElsewhere = async (path: string, text?: string) => {
    const { status, close } = await request(`${teahouse.url}${path}`, {
      from: '127.0.0.2',
      method: text === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: text,
    })
    close()
    return status
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await until(() => teahouse.held.size === 0)
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('has so many connections; one more is closed, and others have theirs', async () => {
    teahouse = await startTeahouse({ connectionLimits: { connectionsPerAddress: 3 } })
    await openThree()
    const more = await open(requestText('GET', '/healthz'))
    await until(() => more.socket.closed)
    expect(more.text).to.equal('')
    expect(await statusElsewhere('/healthz')).to.equal(200)
    sockets[0]!.destroy()
    await until(async () => {
      const next = await open(requestText('GET', '/healthz'))
      await until(() => next.text !== '' || next.socket.closed)
      return next.text.startsWith('HTTP/1.1 200')
    })
  })

  it('has any number of connections if it is a proxy that is trusted', async () => {
    teahouse = await startTeahouse({
      connectionLimits: { connectionsPerAddress: 3 },
      trustProxy: parseTrust('loopback'),
    })
    await openThree()
    await openThree()
    expect((await send(`${teahouse.url}/healthz`)).status).to.equal(200)
  })

  it('makes the server hold so many bytes of bodies that do not end', async () => {
    teahouse = await startTeahouse({ limits: { heldBytesPerAddress: 300_000 } })
    const unfinished = `${POST}Content-Length: 100000\r\n\r\n${'x'.repeat(90_000)}`
    const connections = await Promise.all(Array.from({ length: 6 }, () => open(unfinished)))
    const refused = () => connections.filter(({ text }) => text !== '')
    await until(() => refused().length >= 4)
    expect(refused().length).to.be.below(6)
    for (const { text } of refused()) {
      expect(text).to.match(/^HTTP\/1\.1 503 [^]*^Retry-After: 10\r$/m)
      expect(text).to.include('"code":"address_full"')
    }
    expect((await postText(`${teahouse.url}/chat`, 'hi')).status).to.equal(201)
    for (const socket of sockets.splice(0)) socket.destroy()
    await until(() => teahouse.held.size === 0)
    expect((await postText(`${teahouse.url}/chat`, 'x'.repeat(8000))).status).to.equal(201)
  })

  it('makes the server hold so many bytes of answers that it does not take', async () => {
    teahouse = await startTeahouse({ limits: { heldBytesPerAddress: 900_000 } })
    for (let count = 0; count < 12; count++) await postText(`${teahouse.url}/chat`, '茶'.repeat(8000))
    for (const path of ['/messages?limit=200', '/']) {
      let refused = ''
      for (let count = 0; refused === ''; count++) {
        expect(count).to.be.below(20)
        const { socket } = await open()
        socket.pause()
        // The system takes the first answers, some megabytes of them.
        socket.write(requestText('GET', path).repeat(33))
        const answer = await send(`${teahouse.url}${path}`)
        if (answer.status === 200) continue
        expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '10'])
        refused = answer.json.code
      }
      expect(refused).to.equal('address_full')
      expect(await statusElsewhere(path)).to.equal(200)
      for (const socket of sockets.splice(0)) socket.destroy()
      await until(() => teahouse.held.size === 0)
      expect((await send(`${teahouse.url}${path}`)).status).to.equal(200)
    }
  })

  it('loses nothing of that to those who leave at once', async () => {
    teahouse = await startTeahouse({ limits: { heldBytesPerAddress: 1_000_000 } })
    for (let count = 0; count < 12; count++) await postText(`${teahouse.url}/chat`, '茶'.repeat(8000))
    for (let count = 0; count < 30; count++) {
      const { socket } = await open(requestText('GET', '/messages?limit=200').repeat(1 + (count % 4)))
      socket.destroy()
      const posting = await open(`${POST}Content-Length: 100000\r\n\r\n${'x'.repeat(count * 1000)}`)
      posting.socket.destroy()
    }
    await until(() => teahouse.held.size === 0)
  })

  it('makes the server hold few pipelined requests on many connections', async () => {
    teahouse = await startTeahouse({ limits: { heldBytesPerAddress: 100_000 } })
    const { cursor } = (await send(`${teahouse.url}/messages`)).json
    const poll = requestText('GET', `/messages?after=${cursor}&wait=60`)
    const connections: Awaited<ReturnType<typeof dial>>[] = []
    for (let count = 0; count < 3; count++) {
      connections.push(await open(poll + `${POST}Content-Length: 2\r\n\r\nhi`.repeat(20)))
      await until(() => teahouse.held.size === 1)
      await statusElsewhere('/healthz')
    }
    expect(await statusElsewhere('/chat', 'wake up')).to.equal(201)
    const answers = () => connections.reduce((sum, { text }) => sum + (text.match(/HTTP\/1\.1 20/g)?.length ?? 0), 0)
    await until(() => connections.slice(1).every(({ socket }) => socket.closed) && teahouse.held.size === 0)
    const { messages } = (await send(`${teahouse.url}/messages?limit=200`)).json
    expect(messages.length).to.be.within(15, 40)
    // The polls are answered too, and what woke them up was not pipelined.
    await until(() => answers() === messages.length + 3 - 1)
  })

  it('takes no more of memory for a body in a thousand pieces', async () => {
    teahouse = await startTeahouse()
    const connection = await open(`${POST}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(7000)}0\r\n\r\n`)
    await until(() => connection.text.startsWith('HTTP/1.1 201'))
    expect(connection.text).to.include(`"text":"${'x'.repeat(7000)}"`)
    for (const bytes of [Buffer.from('x'.repeat(8000)), gzipSync('x'.repeat(8000))]) {
      const encoding = bytes.length === 8000 ? 'identity' : 'GZIP'
      const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': encoding }
      expect((await send(`${teahouse.url}/chat`, { method: 'POST', body: bytes, headers })).json.text).to.have.length(
        8000,
      )
    }
  })

  if (IS_HTTP2) {
    it('gets 408 over HTTP/2 for a request that does not end, and its stream is closed', async () => {
      teahouse = await startTeahouse({ connectionLimits: { requestMs: 300 } })
      const session = await openSession(teahouse.url)
      const listening = session.request({ ':path': '/stream' })
      await once(listening, 'response')
      for (const length of [{}, { 'content-length': '10000' }]) {
        const post = session.request({ ':method': 'POST', ':path': '/chat', 'content-type': 'text/plain', ...length })
        let body = ''
        post.setEncoding('utf8').on('data', (text: string) => (body += text))
        post.write('x')
        const [{ ':status': status }] = (await once(post, 'response')) as [Record<string, unknown>]
        await once(post, 'close')
        expect(status).to.equal(408)
        expect(JSON.parse(body)).to.include({ code: 'too_slow' })
      }
      expect(listening.closed).to.equal(false)
      const quick = session.request({ ':path': '/healthz' })
      const [{ ':status': status }] = (await once(quick, 'response')) as [Record<string, unknown>]
      expect(status).to.equal(200)
      session.destroy()
    })

    it('has so many requests of HTTP/2 under way', async () => {
      teahouse = await startTeahouse({ limits: { heldBytesPerAddress: 100_000 } })
      const { cursor } = (await send(`${teahouse.url}/messages`)).json
      const session = await openSession(teahouse.url)
      const statuses: unknown[] = []
      for (let count = 0; count < 40; count++) {
        const poll = session.request({ ':path': `/messages?after=${cursor}&wait=60` })
        poll.on('response', ({ ':status': status }) => statuses.push(status))
      }
      await until(() => statuses.length > 5)
      expect(new Set(statuses)).to.deep.equal(new Set([503]))
      session.destroy()
      await until(() => teahouse.held.size === 0)
      expect((await send(`${teahouse.url}/healthz`)).status).to.equal(200)
    })
  }
})
