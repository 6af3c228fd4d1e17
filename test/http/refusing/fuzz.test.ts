import { expect } from 'chai'
import fc from 'fast-check'
import { postText, send, takeName } from '../../support/http/client.ts'
import { bytesOf, hostileRequests } from '../../support/http/hostile.ts'
import { dial } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

/** FUZZ_RUNS tries harder. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400)
/** FUZZ_SEED repeats a run; each prints its own. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Runs that share a server, at the same time, so that what one leaves behind meets the next. */
const AT_ONCE = 10

describe('whatever is sent', () => {
  let teahouse: Teahouse
  let known: string[]
  before(async () => {
    console.info(`      FUZZ_SEED=${SEED}`)
    teahouse = await startTeahouse({ clockMs: 5, namedEventsMs: 5, corsOrigins: ['https://friend.example'] })
    const { url } = teahouse
    const { Authorization } = await takeName(url, 'bob')
    const { json } = await postText(`${url}/chat`, 'hello', { Authorization })
    const epoch = await epochOf(teahouse.store)
    const token = Authorization.slice('Bearer '.length)
    known = [json.id, `${epoch}-0`, `${epoch}-9`, epoch, token, Authorization, `teahouse=${token}`, 'bob', 'lobby']
  })
  after(() => teahouse.stop())
  afterEach(async () => {
    await until(() => teahouse.hub.size === 0)
    expect(teahouse.failures).to.deep.equal([])
    expect((await send(`${teahouse.url}/healthz`)).json).to.deep.equal({ status: 'ok' })
  })

  function expectNoFault(text: string): void {
    for (const [, status] of text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
      expect(Number(status), text.slice(0, 2000)).to.satisfy((status: number) => status < 500 || status === 503)
    }
    // No version, no stack, no path; the one version that is named is that of the format of /metrics.
    const headers = text.slice(0, text.indexOf('\r\n\r\n')).replace('version=0.0.4', '')
    expect(headers).not.to.match(/koa|node|express|x-powered-by|^server:|\d+\.\d+\.\d+/im)
    expect(text).not.to.match(/\.(ts|js):\d+:\d+/)
  }

  /** An error is JSON, or the page that a form came from. */
  function expectErrorBody(text: string): void {
    const [head] = text.split('\r\n\r\n', 1)
    if (/^HTTP\/1\.1 [45]/.test(text)) expect(head).to.match(/^content-type: (application\/json|text\/html)/im)
  }

  it('to any route, with anything in any parameter, is answered without a fault of ours', async function () {
    this.timeout(RUNS * 1000)
    const requests = fc.array(hostileRequests(known), { minLength: AT_ONCE, maxLength: AT_ONCE })
    await fc.assert(
      fc.asyncProperty(requests, async (batch) => {
        await Promise.all(
          batch.map(async (request) => {
            // A long poll would have us wait.
            const path = request.path.replace(/wait=[1-9]\d/, 'wait=1')
            const connection = await dial(teahouse.url, bytesOf({ ...request, path }))
            await until(() => connection.text.includes('\r\n\r\n') || connection.socket.closed)
            connection.socket.destroy()
            expect(connection.text, 'an answer').to.match(/^HTTP\/1\.1 \d{3}/)
            expectNoFault(connection.text)
            expectErrorBody(connection.text)
          }),
        )
      }),
      { numRuns: RUNS / AT_ONCE, seed: SEED },
    )
  })

  it('as bytes, whole requests among them or not, ends no more than its own connection', async function () {
    this.timeout(RUNS * 1000)
    const pieces = fc.array(fc.oneof(fragment, hostileRequests(known).map(bytesOf)), { minLength: 1, maxLength: 8 })
    const connections = fc.array(pieces, { minLength: AT_ONCE, maxLength: AT_ONCE })
    await fc.assert(
      fc.asyncProperty(connections, async (batch) => {
        await Promise.all(
          batch.map(async (pieces) => {
            const connection = await dial(teahouse.url)
            for (const piece of pieces) {
              connection.socket.write(piece)
              // Some comes in one piece with the next, and some before it.
              if (piece.length % 2 === 0) await send(`${teahouse.url}/healthz`)
            }
            expect((await send(`${teahouse.url}/healthz`)).status).to.equal(200)
            connection.socket.end()
            await until(() => connection.socket.closed)
            expectNoFault(connection.text)
          }),
        )
      }),
      { numRuns: RUNS / AT_ONCE, seed: SEED },
    )
  })
})

const LINES = [
  ['GET /chat HTTP/1.1\r\nHost: a\r\n', 'POST /chat HTTP/1.1\r\nHost: a\r\n', 'GET /users HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['GET /chat HTTP/1.1\r\n', 'POST /chat HTTP/1.1\r\n', 'GET /messages HTTP/1.0\r\n', 'GET http://x/chat HTTP/1.1\r\n'],
  ['CONNECT x:1 HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / HTTP/9.9\r\n'],
  ['GET /chat\r\n\r\n', ' GET / HTTP/1.1\r\n', 'get / http/1.1\r\n', 'GET \\ HTTP/1.1\r\n', 'GET  /  HTTP/1.1\r\n'],
  [
    'Host: a\r\n',
    'Host: a\r\nHost: b\r\n',
    'Host\r\n',
    ': x\r\n',
    'X : y\r\n',
    ' folded\r\n',
    'X: a\nY: b\n',
    'X: \0\r\n',
  ],
  [
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 99999999999999999999\r\n',
    'Content-Length: 1, 2\r\n',
  ],
  ['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: gzip\r\n', 'Transfer-Encoding: chunked, identity\r\n'],
  [
    'Expect: 100-continue\r\n',
    'Expect: x\r\n',
    'Upgrade: websocket\r\nConnection: upgrade\r\n',
    'Connection: close\r\n',
  ],
  [
    'Content-Type: text/plain\r\n',
    'Content-Type: application/json\r\n',
    'Content-Encoding: gzip\r\n',
    'Trailer: X\r\n',
  ],
  [
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'FFFFFFFFFFFFFFFFF\r\n',
    '-1\r\n',
    '5;x="\r\nhello',
    'g\r\n',
    '0\r\nX: y\r\n\r\n',
    '5\r\nhi\r\n',
  ],
  ['\r\n', '\r\n\r\n', '\n', '\r', '\0', 'hello', `X: ${'y'.repeat(20_000)}\r\n`, `GET /${'z'.repeat(20_000)}`],
  ['X: y\r\n'.repeat(3000), '\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{FC}\u{3}\u{3}', '\r\n'.repeat(100)],
].flat()

/** A piece of something that looks like HTTP, or of nothing at all. */
const fragment: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .array(fc.constantFrom(...LINES), { minLength: 1, maxLength: 6 })
    .map((lines) => Buffer.from(lines.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
)
