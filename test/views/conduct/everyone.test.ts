import axe from 'axe-core'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { postForm } from '../../support/http/client.ts'
import { Reader } from '../../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

describe('the page for everyone', function () {
  this.timeout(60_000)
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'history `code` https://example.org' })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  /** What axe finds wrong with the page as it is now. */
  async function violations(reader: Reader): Promise<string[]> {
    await reader.page.evaluate(axe.source)
    const run = 'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })'
    const { violations } = await reader.page.evaluate<axe.AxeResults>(run)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  for (const query of ['view=embed&theme=dark', 'view=read', 'view=read&theme=dark']) {
    it(`has nothing that axe finds wrong with ?${query}`, async () => {
      const ann = await Reader.open(browser, `${teahouse.url}/?${query}`)
      await ann.page.locator('.app:not(.served)').waitFor()
      expect(await violations(ann)).to.deep.equal([])
      await ann.close()
    })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds wrong, in the ${colorScheme}`, async () => {
      const ann = await Reader.open(browser, teahouse.url, { colorScheme })
      expect(await violations(ann)).to.deep.equal([])
      await ann.join(`ann in the ${colorScheme}`)
      await ann.say('mine')
      await ann.sees('mine')
      await ann.page.locator('.message.own').last().hover()
      expect(await violations(ann)).to.deep.equal([])
      await ann.page.route('**/chat', (route) => route.fulfill({ status: 403, body: '{"msg":"No"}' }))
      await ann.say('refused')
      await ann.page.locator('.failed').waitFor()
      expect(await violations(ann)).to.deep.equal([])
      await ann.close()

      const phone = await Reader.open(browser, teahouse.url, { colorScheme, viewport: { width: 390, height: 844 } })
      await phone.page.getByRole('button', { name: 'Menu' }).click()
      expect(await violations(phone)).to.deep.equal([])
      await phone.close()

      const plain = await Reader.open(browser, teahouse.url, { colorScheme })
      await plain.page.route('**/*.js', (route) => route.abort())
      await plain.page.reload()
      expect(await violations(plain)).to.deep.equal([])
      await plain.close()
    })
  }

  it('announces the messages that come, and not the history', async () => {
    const ann = await Reader.open(browser, teahouse.url)
    await ann.sees('history')
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'news' })
    const log = ann.page.getByRole('log')
    await log.getByText('bob: news').waitFor({ state: 'attached' })
    expect(await log.innerText()).not.to.include('history')
    await ann.close()
  })

  it('does everything by keyboard', async () => {
    const ann = await Reader.open(browser, teahouse.url)
    const { keyboard } = ann.page
    const focused = () =>
      ann.page.evaluate<string>('document.activeElement.ariaLabel ?? document.activeElement.textContent')
    const tabTo = async (label: string, key = 'Tab') => {
      for (let i = 0; i < 60 && (await focused()) !== label; i++) await keyboard.press(key)
      expect(await focused()).to.equal(label)
    }
    await until(async () => (await focused()) === 'Message')
    await keyboard.type('by keyboard')
    await keyboard.press('Shift+Tab')
    expect(await focused()).to.equal('Your name')
    await keyboard.type('kim')
    await keyboard.press('Enter')
    await ann.sees('by keyboard')
    await until(async () => (await focused()) === 'Message')
    await tabTo('Delete', 'Shift+Tab')
    const outline = await ann.page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).to.equal('solid')
    await keyboard.press('Enter')
    await tabTo('Delete')
    await keyboard.press('Enter')
    await until(async () => !(await ann.texts()).includes('by keyboard'))
    await tabTo('中文', 'Shift+Tab')
    await keyboard.press('Enter')
    await ann.page.getByPlaceholder('说点什么').waitFor()
    await ann.close()
  })

  it('has no sideways scrolling at a zoom of 400 %', async () => {
    const ann = await Reader.open(browser, teahouse.url, { viewport: { width: 320, height: 256 } })
    const overflow = await ann.page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).to.be.at.most(0)
    await ann.page.getByRole('button', { name: 'Join' }).waitFor()
    await ann.close()
  })
})
