import { expect } from 'chai'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { startProxy, type Proxy } from '../../support/proxy.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const ENGLISH = { locale: 'en-GB' }

describe('GET /diagnostics', function () {
  this.timeout(60_000)
  let browser: Browser
  let teahouse: Teahouse
  let proxy: Proxy
  let page: Page
  before(async function () {
    browser = await launchBrowser(this)
  })
  after(() => browser?.close())
  beforeEach(async () => {
    teahouse = await startTeahouse()
    proxy = await startProxy(teahouse.url)
  })
  afterEach(async () => {
    await page?.close()
    proxy?.stop()
    await teahouse?.stop()
  })

  const open = async (path = '/diagnostics', options: BrowserContextOptions = ENGLISH) => {
    page = await browser.newPage(options)
    await page.goto(proxy.url + path)
  }
  const text = (selector: string) => page.locator(selector).innerText()
  const untilShown = async (selector: string, expected: string | RegExp) => {
    let shown = ''
    await until(
      async () => {
        shown = await text(selector)
        return typeof expected === 'string' ? shown.includes(expected) : expected.test(shown)
      },
      () => `${String(expected)} in ${selector}, got ${shown}`,
      40_000,
    )
  }
  const say = (message: string, room = 'lobby') =>
    fetch(`${teahouse.url}/rooms/${room}/chat`, { method: 'POST', body: new URLSearchParams({ name: 'bob', message }) })

  for (const kind of ['a native', 'an emulated']) {
    it(`shows what arrives, and that all is well, with ${kind} EventSource`, async () => {
      page = await browser.newPage(ENGLISH)
      if (kind === 'an emulated') await page.addInitScript('delete window.EventSource')
      await page.goto(`${proxy.url}/diagnostics`)
      await untilShown('#clock ol', /(\d\d:\d\d:\d\d\.\d{3} message \d{4}-\S+Z\s+){3}.*connecttime.*open/s)
      await untilShown('#test ol', /test {"a":"yango","b":\d+}\s+.*test {"a":"yango","b":"tango"}\s+.*open/s)
      await untilShown('#room ol', /ready {"room":"lobby","resume":"live"/)
      await say('<b>hi</b>')
      await untilShown('#room ol', '"text":"<b>hi</b>"')
      await untilShown('#clock dl', /State\s+open\s+Last event\s+(just now|\d+ s ago)/)
      await untilShown('#diagnosis', 'All is well')
      expect(await page.locator('.verdict').allInnerTexts()).to.deep.equal(['All well.', 'All well.', 'All well.'])
    })
  }

  it('speaks Chinese to whom the server does', async () => {
    await open('/diagnostics', { locale: 'zh-CN' })
    await untilShown('h1', '我和服务器之间出了什么问题？')
    await untilShown('#diagnosis', '一切正常')
    expect(await page.getAttribute('html', 'lang')).to.equal('zh-CN')
  })

  it('listens to the room that the address names', async () => {
    await open(`/diagnostics?room=${encodeURIComponent('茶')}`)
    await untilShown('#room h2', 'The room 茶')
    await untilShown('#room ol', 'ready {"room":"茶"')
  })

  it('says that something buffers when the stream comes in bursts', async () => {
    proxy.holdBack(4000)
    await open()
    await untilShown('#clock .verdict', /Comes in bursts: held back for up to \d+ s/)
    await untilShown('#diagnosis', 'Something between us and the server buffers the stream')
    await untilShown('#overall', 'proxy_buffering off')
  })

  it('says that something buffers when no stream ever comes', async () => {
    proxy.holdBack(Infinity)
    await open()
    await untilShown('#diagnosis', 'Something between us and the server buffers the stream')
    expect(await text('#clock .verdict')).to.equal('Asked for, but no answer has begun.')
  })

  it('says that something buffers when an open stream falls silent', async () => {
    await open()
    await untilShown('#clock ol', 'message')
    proxy.holdBack(Infinity)
    await untilShown('#clock .verdict', /Connected, but nothing has come for \d+ s/)
    await untilShown('#diagnosis', 'Something between us and the server buffers the stream')
  })

  it('says that the server cannot be reached once it has stopped', async () => {
    await open()
    await untilShown('#clock ol', 'message')
    await teahouse.stop()
    proxy.stop()
    await untilShown('#diagnosis', 'The server cannot be reached')
    await untilShown('#clock .verdict', 'Not connected')
    await untilShown('#clock ol', 'error')
    teahouse = await startTeahouse()
  })

  it('says that the server refuses a room that cannot be, and with what', async () => {
    await open('/diagnostics?room=no%20room')
    await untilShown('#diagnosis', 'The server answers, but not with the stream')
    await untilShown('#room .verdict', 'Refused')
    await untilShown('#room ol', 'answered: 404 application/json')
  })

  it('keeps the last fifty lines', async () => {
    await open()
    await untilShown('#room ol', 'ready')
    for (let number = 1; number <= 60; number++) await say(`line ${number}.`)
    await untilShown('#room ol', 'line 60.')
    expect(await page.locator('#room li').count()).to.equal(50)
    expect(await text('#room ol')).not.to.contain('line 10.')
  })

  it('needs no leave to run inline script or style', async () => {
    page = await browser.newPage(ENGLISH)
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.addInitScript('delete window.EventSource')
    await page.route('**/diagnostics', async (route) => {
      const response = await route.fetch()
      const headers = {
        ...response.headers(),
        'content-security-policy': "default-src 'self'; require-trusted-types-for 'script'",
      }
      await route.fulfill({ response, headers })
    })
    await page.goto(`${proxy.url}/diagnostics`)
    await untilShown('#clock ol', 'message')
    expect(complaints.filter((complaint) => !complaint.includes('favicon'))).to.deep.equal([])
  })
})
