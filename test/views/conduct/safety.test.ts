import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { sendJson } from '../../support/http/client.ts'
import { Reader } from '../../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const HOSTILE: Record<string, string> = {
  markup: '<img src=x onerror="globalThis.pwned = 1"><script>globalThis.pwned = 1</script></script>',
  'a script address': 'javascript:globalThis.pwned=1 data:text/html,<script>pwned=1</script>',
  'one word of 8,000 characters': 'x'.repeat(8000),
  'stacked marks': `Z${'\u0300\u0301\u0302\u0303'.repeat(400)}algo`,
  'text from right to left': 'שלום \u202Eabc\u202C مرحبا',
  'many line breaks': 'a\n'.repeat(500),
}
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action " +
  "'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

describe('hostile messages', function () {
  this.timeout(60_000)
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
    for (const message of Object.values(HOSTILE)) {
      await sendJson(`${teahouse.url}/chat`, { name: 'mallory', message })
    }
    await sendJson(`${teahouse.url}/chat`, { name: '<b>"&\'', message: 'the end' })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  for (const javaScriptEnabled of [true, false]) {
    it(`are shown as they stand, ${javaScriptEnabled ? 'with' : 'without'} a script`, async () => {
      const ann = await Reader.open(browser, teahouse.url, {
        javaScriptEnabled,
        viewport: { width: 390, height: 844 },
      })
      await ann.sees('the end')
      expect(await ann.page.locator('.rows img, .rows script').count()).to.equal(0)
      expect(await ann.page.locator('.rows a[href^="javascript"], .rows a[href^="data"]').count()).to.equal(0)
      expect(await ann.page.getByText('<b>"&\'').count()).to.equal(1)
      const list = (await ann.page.locator('.list').boundingBox())!
      for (const row of await ann.page.locator('.message').all()) {
        const box = (await row.boundingBox())!
        expect(box.x + box.width).to.be.at.most(list.x + list.width)
      }
      if (javaScriptEnabled) expect(await ann.page.evaluate('globalThis.pwned')).to.equal(undefined)
      await ann.close()
    })
  }

  it('meet a page that asks for nothing foreign and keeps a strict Content-Security-Policy', async () => {
    const ann = await Reader.open(browser, 'about:blank')
    const foreign: string[] = []
    ann.page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(teahouse.url)) foreign.push(request.url())
    })
    await ann.page.route(
      (url) => url.pathname === '/',
      async (route) => {
        const response = await route.fetch()
        const headers = { ...response.headers(), 'content-security-policy': CSP }
        await route.fulfill({ response, headers })
      },
    )
    await ann.page.goto(teahouse.url)
    await ann.join('careful')
    await ann.say('https://example.org')
    await ann.page.getByRole('link', { name: 'https://example.org' }).waitFor()
    await ann.page.getByRole('button', { name: 'Show QR code' }).click()
    await ann.page.getByRole('img', { name: 'QR code' }).waitFor()
    await ann.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    await sendJson(`${teahouse.url}/chat`, { name: 'mallory', message: 'again' })
    await until(async () => (await ann.page.title()).startsWith('(1)'))
    expect(foreign).to.deep.equal([])
    expect(ann.complaints).to.deep.equal([])
    await ann.close()
  })
})
