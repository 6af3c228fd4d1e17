import { expect } from 'chai'
import { send, type Answer } from '../../support/http/client.ts'
import type { AppOptions } from '../../../src/app.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

describe('the form of a page that is refused', () => {
  let teahouse: Teahouse
  const start = async (options: Partial<AppOptions> = {}) => void (teahouse = await startTeahouse(options))
  afterEach(async () => {
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  const post = (fields: string, query = ''): Promise<Answer> =>
    send(`${teahouse.url}/chat${query}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      headers: { Accept: 'text/html,application/xhtml+xml;q=0.9', 'Accept-Language': 'en' },
    })

  it('comes back as a page, whatever its fields are', async () => {
    await start()
    for (const [fields, kept] of [
      ['message=a&message=b', ''],
      ['message[]=a', ''],
      ['message[x]=a&name=bob', 'value="bob"'],
      ['name=a&name=b&message=kept+text', 'kept text'],
      ['name[toString]=a&message=kept+text', 'kept text'],
      ['__proto__[name]=a&message=%20', ''],
    ] as const) {
      const { status, headers, text } = await post(fields)
      expect([fields, status]).to.deep.equal([fields, 400])
      expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
      expect(text).to.include(kept)
    }
    const seen = teahouse.metrics.flushRefusals()!
    expect(Object.values(seen).reduce((sum, count) => sum + count)).to.equal(6)
  })

  it('says when to come back, and is counted, once', async () => {
    await start({ limits: { postsPerAddress: { count: 1, seconds: 600 } } })
    expect((await post('message=hi&name=bob')).status).to.equal(303)
    const { status, headers, text } = await post('message=once+more&name=bob')
    expect(status).to.equal(429)
    expect(Number(headers.get('retry-after'))).to.be.within(1, 600)
    expect(text).to.include('Too fast; wait a little').and.include('once more')
    expect(teahouse.metrics.flushRefusals()).to.deep.equal({ too_fast: 1 })
  })

  it('is an error like others where there is no such page', async () => {
    await start()
    for (const query of ['?view=x', '?lang=a&lang=b']) {
      const { status, json } = await post('message=%20&name=bob', query)
      expect([status, json.code]).to.deep.equal([400, 'bad_query'])
    }
    expect(teahouse.metrics.flushRefusals()).to.deep.equal({ bad_query: 2 })
  })
})
