import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { openEventSource, untilSeen } from '../../support/browser/event-source-page.ts'
import { request } from '../../support/http/request.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { certificateFiles } from '../../support/http/transport.ts'

const TABS = 20

describe('twenty tabs of a browser over HTTP/2', () => {
  let browser: Browser
  let context: BrowserContext
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ tls: certificateFiles() })
    context = await browser.newContext({ ignoreHTTPSErrors: true })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  async function openTab(): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${teahouse.url}/healthz`)
    await openEventSource(page, '/chat')
    await untilSeen(page, 1)
    return page
  }

  it('each have a stream of their own, which over HTTP/1.1 the seventh would wait for', async () => {
    const tabs: Page[] = []
    for (let opened = 0; opened < TABS; opened++) tabs.push(await openTab())
    const protocols = await tabs[0]!.evaluate('performance.getEntriesByType("navigation")[0].nextHopProtocol')
    expect(protocols).to.equal('h2')
    expect(teahouse.hub.size).to.equal(TABS)
    await request(`${teahouse.url}/chat`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'hi' })
    for (const tab of tabs) expect((await untilSeen(tab, 2)).at(-1)!.data).to.equal('hi')
    expect(teahouse.failures).to.deep.equal([])
  })

  it('show the page, which takes its cookie and speaks', async () => {
    const page = await context.newPage()
    await page.goto(teahouse.url)
    await page.locator('.composer input').fill('bob')
    await page.locator('.composer input').press('Enter')
    await page.locator('.composer textarea').fill('over HTTP/2')
    await page.locator('.composer textarea').press('Enter')
    await page.locator('.message:not(.outgoing) .text', { hasText: 'over HTTP/2' }).waitFor()
    const [cookie] = await context.cookies(teahouse.url)
    expect(cookie).to.include({ name: 'teahouse', secure: true, httpOnly: true })
  })
})
