import { expect } from 'chai'
import type { Request } from '../../src/http/middleware/requests.ts'
import { postForm, postText, send } from '../support/http/client.ts'
import { listen } from '../support/http/listener.ts'
import { dial, requestText } from '../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('what operators ask', () => {
  let teahouse: Teahouse
  let url: string
  const requests: Request[] = []
  beforeEach(async () => {
    requests.length = 0
    teahouse = await startTeahouse({ onRequest: (request) => requests.push(request) })
    url = teahouse.url
  })
  afterEach(() => teahouse.stop())

  /** The value of one line of the metrics. */
  async function figure(name: string): Promise<number | undefined> {
    const { text } = await send(`${url}/metrics`)
    const line = text.split('\n').find((known) => known.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.slice(name.length + 1))
  }

  const untilFigure = (name: string, value: number) =>
    until(
      async () => (await figure(name)) === value,
      () => `${name} to be ${value}`,
    )

  it('is alive', async () => {
    expect((await send(`${url}/healthz`)).json).to.deep.equal({ status: 'ok' })
  })

  it('is ready while its store answers', async () => {
    expect((await send(`${url}/readyz`)).json).to.deep.equal({ status: 'ok' })
    await teahouse.store.close()
    const { status, json } = await send(`${url}/readyz`)
    expect({ status, code: json.code }).to.deep.equal({ status: 503, code: 'store_unreachable' })
    teahouse.store.close = () => Promise.resolve()
  })

  it('is not ready once it ends its streams', async () => {
    teahouse.hub.end(() => 1000)
    const { status, json } = await send(`${url}/readyz`)
    expect({ status, code: json.code }).to.deep.equal({ status: 503, code: 'draining' })
  })

  it('counts posts, and how long they take to be on disk and on every stream', async () => {
    const listener = await listen(`${url}/chat`)
    await listener.until(1)
    await until(async () => (await figure('teahouse_streams{state="live"}')) === 1)
    for (let i = 0; i < 3; i++) await postText(`${url}/chat`, 'hi')
    await listener.until(4)
    expect(await figure('teahouse_post_durable_seconds_count')).to.equal(3)
    expect(await figure('teahouse_post_delivered_seconds_count')).to.equal(3)
    expect(await figure('teahouse_post_delivered_seconds_sum')).to.be.within(0.0001, 5)
    listener.close()
  })

  it('counts streams by what became of their cursor', async () => {
    await postText(`${url}/chat`, 'hi')
    for (const query of ['', '?since=start', '?since=other-1']) (await listen(`${url}/chat${query}`)).close()
    for (const verdict of ['live', 'resumed', 'reset'])
      await untilFigure(`teahouse_resumes_total{verdict="${verdict}"}`, 1)
  })

  it('counts what is refused, by code', async () => {
    await postForm(`${url}/chat`, { name: 'bob', message: '' })
    await send(`${url}/nowhere`)
    await send(`${url}/nowhere`)
    expect(await figure('teahouse_refusals_total{code="empty_message"}')).to.equal(1)
    expect(await figure('teahouse_refusals_total{code="not_found"}')).to.equal(2)
    expect(teahouse.metrics.flushRefusals()).to.deep.equal({ empty_message: 1, not_found: 2 })
    expect(teahouse.metrics.flushRefusals()).to.equal(undefined)
  })

  it('tells how far a client is behind that does not read, and what it holds for it', async () => {
    const { socket } = await dial(url, requestText('GET', '/chat'))
    await untilFigure('teahouse_streams{state="live"}', 1)
    socket.pause()
    const text = 'x'.repeat(8000)
    await until(async () => {
      await Promise.all(Array.from({ length: 50 }, () => postText(`${url}/chat`, text)))
      const [behind, lag, held] = await Promise.all([
        figure('teahouse_streams{state="behind"}'),
        figure('teahouse_stream_lag_entries_max'),
        figure('teahouse_stream_held_bytes'),
      ])
      expect(held).to.be.below(128 * 1024)
      return behind === 1 && lag! >= 1 && held! >= 16 * 1024
    })
    socket.destroy()
    await untilFigure('teahouse_streams{state="behind"}', 0)
    expect(await figure('teahouse_stream_held_bytes')).to.equal(0)
  })

  it('shows no figures where it is told not to', async () => {
    const hidden = await startTeahouse({ showsMetrics: false })
    expect((await send(`${hidden.url}/metrics`)).status).to.equal(404)
    await hidden.stop()
  })

  it('tells of each request where that is asked for, without its query', async () => {
    await send(`${url}/rooms/tea/messages?limit=1`)
    await until(() => requests.length === 1)
    const { ms, address, ...request } = requests[0]!
    expect(request).to.deep.equal({ method: 'GET', path: '/rooms/tea/messages', status: 200 })
    expect(ms).to.be.at.least(0)
    expect(address).to.include('127.0.0.1')
  })
})
