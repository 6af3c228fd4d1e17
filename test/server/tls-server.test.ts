import { expect } from 'chai'
import { once } from 'node:events'
import { constants, type ClientHttp2Session } from 'node:http2'
import { json } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { openSession, openTab } from '../support/http/http2-session.ts'
import { request } from '../support/http/request.ts'
import { dial, requestText } from '../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { certificateFiles } from '../support/http/transport.ts'
import { until } from '../support/until.ts'

const TABS = 20

describe('HTTP/2', () => {
  let teahouse: Teahouse
  let session: ClientHttp2Session
  beforeEach(start)

  async function start(): Promise<void> {
    teahouse = await startTeahouse({ tls: certificateFiles() })
    session = await openSession(teahouse.url)
  }
  afterEach(async () => {
    session.destroy()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
    await until(() => teahouse.hub.size === 0)
  })

  const say = (text: string) =>
    request(`${teahouse.url}/chat`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: text })

  it('carries twenty tabs on one connection, each of which hears all, and posts beside them', async () => {
    const tabs = Array.from({ length: TABS }, () => openTab(session, '/chat'))
    await until(() => teahouse.hub.size === TABS)
    const post = session.request({ ':method': 'POST', ':path': '/chat', 'content-type': 'text/plain' })
    post.end('hi')
    const [headers] = (await once(post, 'response')) as [Record<string, unknown>]
    expect(headers[':status']).to.equal(201)
    await until(() => tabs.every(({ text }) => text.includes('data: hi\nid: ')))
    tabs[0]!.stream.close(constants.NGHTTP2_CANCEL)
    await until(() => teahouse.hub.size === TABS - 1)
    await say('still there?')
    await until(() => tabs.slice(1).every(({ text }) => text.includes('data: still there?\nid: ')))
  })

  it('ends all tabs of a connection when it drains, and the connection', async function () {
    this.timeout(9000)
    const tabs = Array.from({ length: TABS }, () => openTab(session, '/chat?format=json'))
    await until(() => teahouse.hub.size === TABS)
    const closed = once(session, 'close')
    await teahouse.stop()
    await closed
    for (const { text, stream } of tabs) {
      expect(text).to.match(/event: closing\n/)
      expect(stream.rstCode).to.equal(constants.NGHTTP2_NO_ERROR)
    }
    await start()
  })

  it('ends a connection without a request when it drains', async function () {
    this.timeout(9000)
    const closed = once(session, 'close')
    await teahouse.stop()
    await closed
    await start()
  })

  it('takes more requests at once than twenty tabs have, but not any number', async () => {
    expect(session.remoteSettings.maxConcurrentStreams).to.equal(128)
  })

  it('ends a connection that opens requests and takes them back without end', async () => {
    for (let rounds = 0; rounds < 1000 && !session.destroyed; rounds++) {
      const tabs = Array.from({ length: TABS }, () => openTab(session, '/chat'))
      await turn()
      for (const { stream } of tabs) stream.close(constants.NGHTTP2_CANCEL)
      await turn()
    }
    await until(() => session.destroyed)
    await until(() => teahouse.hub.size === 0)
    expect((await say('hi')).status).to.equal(201)
  })

  it('refuses headers without end', async () => {
    const stream = session.request({ ':path': '/users', 'x-much': 'x'.repeat(60_000) })
    const outcome = await Promise.race([once(stream, 'response').then(() => 'answered'), once(stream, 'error')])
    expect(outcome).not.to.equal('answered')
  })

  it('takes a body whose length nobody has said', async () => {
    const post = session.request({ ':method': 'POST', ':path': '/chat', 'content-type': 'text/plain' })
    post.write('in ')
    await turn()
    post.end('pieces')
    const [headers] = (await once(post, 'response')) as [Record<string, unknown>]
    expect(headers[':status']).to.equal(201)
    const { body } = await request(`${teahouse.url}/messages`)
    expect(await json(body)).to.have.nested.property('messages[0].text', 'in pieces')
  })

  it('has HTTP/1.1 beside it, for clients that ask for that', async () => {
    const listener = await dial(teahouse.url, requestText('GET', '/chat'))
    await until(() => listener.text.includes('data: '))
    expect(listener.text).to.match(/^HTTP\/1\.1 200 OK\r\n/)
    expect(listener.text).to.match(/^Connection: close\r$/m)
    await say('hi')
    await until(() => listener.text.includes('data: hi\nid: '))
    listener.socket.destroy()
  })
})
