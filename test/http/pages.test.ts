import { expect } from 'chai'
import { request as httpRequest } from 'undici'
import { postForm, send } from '../support/http/client.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'

describe('the pages and what they load', () => {
  let teahouse: Teahouse
  let url: string
  before(async () => {
    teahouse = await startTeahouse()
    url = teahouse.url
  })
  after(() => teahouse.stop())

  // Not fetch, which undoes encodings and adds validators of its own.
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { statusCode, headers: answered, body } = await httpRequest(`${url}${path}`, { headers })
    return { status: statusCode, headers: answered, bytes: Buffer.from(await body.arrayBuffer()) }
  }
  const scriptOf = async () => /src="(\/assets\/chat-[\w-]+\.js)"/.exec((await get('/')).bytes.toString())![1]!

  it('shows what was said, and never as HTML', async () => {
    await postForm(`${url}/chat`, { name: '<b>bob', message: '<img src=x onerror=alert(1)></script>' })
    const { text, headers } = await send(`${url}/`)
    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
    expect(text).to.include('&lt;img src=x onerror=alert(1)&gt;')
    expect(text).to.include('&lt;b&gt;bob')
    expect(text).not.to.match(/<img|<b>bob|\)><\/script>/)
  })

  it('speaks the language of the reader', async () => {
    expect((await get('/')).bytes.toString()).to.include('<html lang="zh-CN"')
    expect((await get('/', { 'Accept-Language': 'en' })).bytes.toString()).to.include('<html lang="en"')
    expect((await get('/diagnostics', { 'Accept-Language': 'en' })).bytes.toString()).to.include('<html lang="en"')
  })

  it('sends a script in the encoding that the browser takes, to be kept for ever', async () => {
    const script = await scriptOf()
    const sizes: number[] = []
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { status, headers, bytes } = await get(script, { 'Accept-Encoding': accepted })
      expect(status).to.equal(200)
      expect(headers['content-encoding']).to.equal(encoding)
      expect(headers['cache-control']).to.equal('public, max-age=31536000, immutable')
      sizes.push(bytes.length)
    }
    expect(sizes).to.deep.equal(sizes.toSorted((a, b) => a - b))
  })

  it('answers 304 to who has it', async () => {
    for (const path of [await scriptOf(), '/eventsource.js', '/']) {
      const { etag } = (await get(path)).headers
      expect((await get(path, { 'If-None-Match': String(etag) })).status, path).to.equal(304)
    }
  })

  it('has no asset but those of the page', async () => {
    for (const path of ['/assets/none.js', '/assets/chat.html', '/assets/..%2Fchat.html', '/chat.html'])
      expect((await get(path)).status, path).to.equal(404)
  })
})
