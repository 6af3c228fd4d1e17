import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { postForm } from '../support/http/client.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('many tabs of one browser', function () {
  this.timeout(90_000)
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  const streams = () => Array.from(teahouse.rooms).reduce((sum, room) => sum + room.audience.roster.count, 0)
  const sees = (page: Page, text: string) => page.locator('.message:not(.outgoing) .text', { hasText: text }).waitFor()

  it('share one stream, and the eighth works like the first', async () => {
    const ann = await Reader.open(browser, teahouse.url)
    const tabs = [ann.page]
    for (let i = 2; i <= 8; i++) {
      const page = await ann.context.newPage()
      await page.goto(teahouse.url)
      tabs.push(page)
    }
    const eighth = tabs[7]!
    await eighth.locator('.composer input').fill('ann')
    await eighth.locator('.composer textarea').fill('from the eighth')
    await eighth.locator('.composer textarea').press('Enter')
    for (const tab of tabs) await sees(tab, 'from the eighth')
    // The name is known in all of them, and they are one person on one stream.
    for (const tab of tabs) await tab.locator('.composer input').waitFor({ state: 'detached' })
    await until(() => streams() === 1)

    // The first leads. What is said while it closes reaches the one that follows it.
    await ann.page.close()
    for (let i = 1; i <= 5; i++) await postForm(`${teahouse.url}/chat`, { name: 'bob', message: `after ${i}` })
    for (const tab of tabs.slice(1)) await sees(tab, 'after 5')
    const texts = await eighth.locator('.rows .text').allInnerTexts()
    expect(texts).to.deep.equal(['from the eighth', 'after 1', 'after 2', 'after 3', 'after 4', 'after 5'])
    await ann.close()
  })

  it('in eight rooms all work, though a browser opens six connections', async () => {
    const ann = await Reader.open(browser, `${teahouse.url}/rooms/many-1`)
    const pages = [ann.page]
    for (let i = 2; i <= 8; i++) {
      const page = await ann.context.newPage()
      await page.goto(`${teahouse.url}/rooms/many-${i}`)
      pages.push(page)
    }
    for (let i = 1; i <= 8; i++) {
      await postForm(`${teahouse.url}/rooms/many-${i}/chat`, { name: 'bob', message: `in room ${i}` })
    }
    for (const [i, page] of pages.entries()) await sees(page, `in room ${i + 1}`)
    await ann.close()
  })

  it('do without a leader that does not answer', async () => {
    const ann = await Reader.open(browser, `${teahouse.url}/healthz`)
    // As a tab does that the browser has frozen.
    await ann.page.evaluate("void navigator.locks.request('teahouse lobby', () => new Promise(() => {}))")
    const page = await ann.context.newPage()
    await page.goto(teahouse.url)
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'to the next' })
    await sees(page, 'to the next')
    await ann.close()
  })
})
