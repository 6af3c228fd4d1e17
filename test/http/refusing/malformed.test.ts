import { expect } from 'chai'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { openSession } from '../../support/http/http2-session.ts'
import { request } from '../../support/http/request.ts'
import { dial } from '../../support/http/socket.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const GET = (target: string, ...headers: string[]) =>
  `GET ${target} HTTP/1.1\r\n${[...headers, 'Connection: close'].map((header) => `${header}\r\n`).join('')}\r\n`

describe('a request that is no HTTP', () => {
  let teahouse: Teahouse
  before(async () => void (teahouse = await startTeahouse({ connectionLimits: { headerBytes: 16_384 } })))
  after(() => teahouse.stop())
  afterEach(() => expect(teahouse.failures).to.deep.equal([]))

  /** What is answered to these bytes, which ends the connection. */
  async function answerTo(bytes: string): Promise<{ status: number; head: string; body: string }> {
    const connection = await dial(teahouse.url, bytes)
    await until(
      () => connection.socket.closed,
      () => `an end after ${connection.text}`,
    )
    const [head, body] = connection.text.split('\r\n\r\n', 2)
    return { status: Number(head!.split(' ')[1]), head: head!, body: Buffer.from(body ?? '', 'latin1').toString() }
  }

  async function expectRefused(bytes: string, status: number, code: string): Promise<void> {
    const answer = await answerTo(bytes)
    expect(answer.status, bytes.slice(0, 100)).to.equal(status)
    expect(answer.head).to.match(/^content-type: application\/json; charset=utf-8\r?$/im)
    expect(answer.head).to.match(/^connection: close\r?$/im)
    expect(JSON.parse(answer.body))
      .to.include({ success: 'fail', code })
      .and.have.property('msg')
      .that.matches(/\p{sc=Han}/u)
    expect(answer.head).to.match(new RegExp(`^content-length: ${Buffer.byteLength(answer.body)}\\r?$`, 'im'))
  }

  it('is refused as any other is, with JSON', async () => {
    const host = 'Host: a'
    await expectRefused('nonsense\r\n\r\n', 400, 'bad_request')
    await expectRefused(GET('/healthz', host, 'X : y'), 400, 'bad_request')
    await expectRefused(GET('/healthz', host, 'Content-Length: -1'), 400, 'bad_request')
    await expectRefused(GET('/healthz', host, `X: ${'x'.repeat(20_000)}`), 431, 'headers_too_large')
    await expectRefused(GET(`/${'x'.repeat(20_000)}`, host), 431, 'headers_too_large')
    await expectRefused(GET('/healthz', host, 'Expect: the-unexpected'), 417, 'expectation_failed')
    await expectRefused('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 405, 'method_not_allowed')
    const chunked = 'POST /chat HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n'
    await expectRefused(`${chunked}zz\r\n`, 400, 'bad_request')
    await expectRefused(`${chunked}1;${'x'.repeat(20_000)}\r\n`, 413, 'too_large')
  })

  it('is refused in the language of the server', async () => {
    const english = await startTeahouse({ language: 'en' })
    const connection = await dial(english.url, 'nonsense\r\n\r\n')
    await until(() => connection.socket.closed)
    expect(connection.text).to.include('"The request cannot be understood"')
    await english.stop()
  })

  it('is counted as a refusal', async () => {
    await answerTo('nonsense\r\n\r\n')
    expect(teahouse.metrics.flushRefusals()).to.have.property('bad_request').that.is.above(0)
  })

  it('is refused with 400 when it names no host, a wrong one, or two', async () => {
    await expectRefused(GET('/healthz'), 400, 'bad_request')
    for (const host of [
      '',
      ' ',
      'a b',
      'a/b',
      'a?b',
      'a#b',
      'a\\b',
      'me@a',
      'a,b',
      'a:b',
      'a:99999',
      '[::1',
      '::1',
      '[::g]',
      '1.2.3.999',
      'a\tb',
      '\x80',
      '<a>',
      '%61',
    ])
      await expectRefused(GET('/healthz', `Host: ${host}`), 400, 'bad_request')
    await expectRefused(GET('/healthz', 'Host: a', 'Host: b'), 400, 'bad_request')
    await expectRefused(GET('/healthz', 'Host: a', 'hOST: a'), 400, 'bad_request')
  })

  it('is refused with 400 when its target is none', async () => {
    for (const target of [
      'http://[::1',
      'http://',
      'http:///',
      'http://a:b/',
      'http://me@a/',
      'healthz',
      'a:80',
      '*',
      '?',
      '#',
      'ftp://a/',
      'http:a',
      'javascript:1',
    ])
      await expectRefused(GET(target, 'Host: a'), 400, 'bad_request')
  })

  it('is not one that names its host in another way', async () => {
    for (const host of [
      'a',
      'A.example.',
      'a_b:8012',
      'a:',
      '127.0.0.1:80',
      '[::1]:80',
      '[::ffff:1.2.3.4]',
      'xn--fiq228c.example',
    ])
      expect(await answerTo(GET('/healthz', `Host: ${host}`)), host).to.include({ status: 200 })
    for (const target of ['http://a/healthz', 'HTTPS://a:80/healthz?x'])
      expect(await answerTo(GET(target, 'Host: b')), target).to.include({ status: 200 })
    expect(await answerTo(GET('http://a', 'Host: b'))).to.include({ status: 200 })
    expect(await answerTo(GET('http://a?view=x', 'Host: b'))).to.include({ status: 400 })
    expect(await answerTo('GET /healthz HTTP/1.0\r\n\r\n')).to.include({ status: 200 })
  })

  if (IS_HTTP2) {
    it('is refused over HTTP/2 too', async () => {
      for (const [headers, status, code] of [
        [{ ':authority': 'a:99999' }, 400, 'bad_request'],
        [{ ':authority': 'a', host: 'b' }, 400, 'bad_request'],
        [{ expect: 'the-unexpected' }, 417, 'expectation_failed'],
      ] as [Record<string, string>, number, string][]) {
        const answer = await request(`${teahouse.url}/healthz`, { headers })
        expect(answer.status, JSON.stringify(headers)).to.equal(status)
        expect(JSON.parse(await text(answer.body))).to.include({ success: 'fail', code })
        answer.close()
      }
      expect((await request(`${teahouse.url}/healthz`, { headers: { ':authority': 'a', host: 'a' } })).status).to.equal(
        200,
      )
    })

    it('is refused over HTTP/2 when it asks for a tunnel', async () => {
      const session = await openSession(teahouse.url)
      const stream = session.request({ ':method': 'CONNECT', ':authority': 'a:1' })
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
      expect(headers[':status']).to.equal(405)
      expect(JSON.parse(await text(stream))).to.include({ code: 'method_not_allowed' })
      session.destroy()
    })
  }
})
