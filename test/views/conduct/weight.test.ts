import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { request } from 'undici'
import { launchBrowser } from '../../support/browser/browser.ts'
import { Reader } from '../../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

const MOST_BYTES = 30_000

describe('the weight of the page', () => {
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse()
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  it(`is under ${MOST_BYTES} bytes of scripts and styles, which are kept for ever`, async () => {
    const ann = await Reader.open(browser, 'about:blank')
    const bytes: Promise<number>[] = []
    const policies = new Set<string>()
    ann.page.on('requestfinished', (request) => {
      if (!['script', 'stylesheet'].includes(request.resourceType())) return
      bytes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    ann.page.on('response', (response) => {
      if (response.url().includes('/assets/')) policies.add(response.headers()['cache-control']!)
    })
    await ann.page.goto(teahouse.url, { waitUntil: 'load' })
    await ann.page.locator('.people li').first().waitFor()
    const total = (await Promise.all(bytes)).reduce((sum, size) => sum + size, 0)
    expect(total).to.be.within(10_000, MOST_BYTES)
    expect([...policies]).to.deep.equal(['public, max-age=31536000, immutable'])
    await ann.close()
  })

  it('is revalidated, not sent again', async () => {
    const { headers } = await request(teahouse.url)
    expect(headers['cache-control']).to.equal('private, no-cache')
    const again = await request(teahouse.url, { headers: { 'if-none-match': String(headers.etag) } })
    expect(again.statusCode).to.equal(304)
  })
})
