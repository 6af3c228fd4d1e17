import { expect } from 'chai'
import { text } from 'node:stream/consumers'
import { readConfig } from '../../../src/config/config.ts'
import { makeMetricsApp } from '../../../src/server/metrics-app.ts'
import { startServer } from '../../../src/server/server.ts'
import { request } from '../../support/http/request.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

const PATHS = ['/', '/chat', '/messages', '/rooms', '/healthz', '/readyz', '/metrics', '/eventsource.js', '/nothing']

describe('a host that the server does not go by', () => {
  let teahouse: Teahouse
  afterEach(() => teahouse.stop())
  const start = async (args: string[]) => {
    const { allowedHosts, trustProxy } = readConfig(args, {})
    teahouse = await startTeahouse({ allowedHosts, trustProxy })
  }

  async function ask(host: string, path = '/healthz', more: Record<string, string> = {}, url = teahouse.url) {
    const isPost = 'Content-Type' in more
    const { status, body, close } = await request(`${url}${path}`, {
      method: isPost ? 'POST' : 'GET',
      headers: {
        [IS_HTTP2 && url.startsWith('https') ? ':authority' : 'Host']: host,
        'Accept-Language': 'en',
        ...more,
      },
      body: isPost ? 'hi' : undefined,
    })
    const answer = status === 200 && path === '/chat' ? '' : await text(body)
    close()
    return { status, answer }
  }
  const statusFor = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status

  const LOCAL = [
    'localhost',
    'localhost:8012',
    'tea.localhost',
    'LOCALHOST.',
    '127.0.0.1:8012',
    '[::1]:8012',
    '192.0.2.1',
  ]
  const FOREIGN = ['evil.example', 'evil.example:8012', 'localhost.evil.example', '127.0.0.1.evil.example', 'teahouse']

  it('is any but an address or localhost, when it listens on loopback', async () => {
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.9.9.9', '::ffff:127.0.0.1']) {
      await start(['--host', host])
      for (const asked of LOCAL) expect(await statusFor(asked), asked).to.equal(200)
      for (const asked of FOREIGN) expect(await statusFor(asked), asked).to.equal(421)
      await teahouse.stop()
    }
    await start([])
  })

  it('gets 421 and the reason on every path, and has no effect', async () => {
    await start(['--host', '127.0.0.1'])
    for (const path of PATHS) {
      const { status, answer } = await ask('evil.example', path)
      expect([path, status]).to.deep.equal([path, 421])
      expect(JSON.parse(answer)).to.deep.equal({
        success: 'fail',
        code: 'misdirected',
        msg: 'This server does not answer for that host (see --allowed-hosts)',
      })
    }
    expect(await statusFor('evil.example', '/chat', { 'Content-Type': 'text/plain' })).to.equal(421)
    expect(await statusFor('localhost', '/chat', { 'Content-Type': 'text/plain' })).to.equal(201)
    expect(JSON.parse((await ask('localhost', '/messages')).answer).messages).to.have.length(1)
    expect(teahouse.metrics.flushRefusals()).to.deep.equal({ misdirected: PATHS.length + 1 })
  })

  it('is none when others can reach it, or any is allowed', async () => {
    for (const args of [[], ['--host', '0.0.0.0'], ['--host', '::'], ['--host', '192.0.2.1']]) {
      await start(args)
      for (const asked of [...LOCAL, ...FOREIGN]) expect(await statusFor(asked), asked).to.equal(200)
      await teahouse.stop()
    }
    await start(['--host', '127.0.0.1', '--allowed-hosts', '*'])
    for (const asked of FOREIGN) expect(await statusFor(asked), asked).to.equal(200)
    await teahouse.stop()
    await start(['--host', '127.0.0.1', '--trust-proxy', 'loopback'])
    for (const asked of FOREIGN) expect(await statusFor(asked), asked).to.equal(200)
  })

  it('is any that is not listed, when some are', async () => {
    for (const host of ['0.0.0.0', '127.0.0.1']) {
      await start(['--host', host, '--allowed-hosts', 'chat.example.org, Tea.Example'])
      for (const asked of [...LOCAL, 'chat.example.org', 'CHAT.example.org.:443', 'tea.example:80'])
        expect(await statusFor(asked), asked).to.equal(200)
      for (const asked of [...FOREIGN, 'example.org', 'x.chat.example.org', 'chat.example.org.evil.example'])
        expect(await statusFor(asked), asked).to.equal(421)
      await teahouse.stop()
    }
    await start([])
  })

  it('may be what a trusted proxy was asked for, and nobody else tells', async () => {
    const args = ['--allowed-hosts', 'chat.example.org']
    await start([...args, '--trust-proxy', 'loopback'])
    const forwarded = (host: string) => ({ 'X-Forwarded-Host': host })
    for (const told of ['chat.example.org', 'chat.example.org:443, 10.0.0.1'])
      expect(await statusFor('127.0.0.1', '/healthz', forwarded(told)), told).to.equal(200)
    for (const told of ['evil.example', 'evil.example, chat.example.org', 'no host'])
      expect(await statusFor('127.0.0.1', '/healthz', forwarded(told)), told).to.equal(421)
    expect(await statusFor('evil.example', '/healthz', forwarded('chat.example.org'))).to.equal(421)
    await teahouse.stop()
    await start([...args, '--trust-proxy', '192.0.2.1'])
    expect(await statusFor('127.0.0.1', '/healthz', forwarded('evil.example'))).to.equal(200)
    expect(await statusFor('evil.example', '/healthz', forwarded('chat.example.org'))).to.equal(421)
  })

  it('is refused on the port of the metrics too', async () => {
    await start(['--host', '127.0.0.1'])
    const server = await startServer(makeMetricsApp(teahouse), { port: 0, host: '127.0.0.1' })
    expect(await statusFor('localhost', '/metrics', {}, server.url)).to.equal(200)
    expect(await statusFor('evil.example', '/metrics', {}, server.url)).to.equal(421)
    expect(JSON.parse((await ask('localhost', '/nothing', {}, server.url)).answer)).to.include({ code: 'not_found' })
    await server.drain()
  })
})
