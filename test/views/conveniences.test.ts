import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { postForm } from '../support/http/client.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('around the conversation', () => {
  let browser: Browser
  let teahouse: Teahouse
  let ann: Reader
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })
  beforeEach(async () => void (ann = await Reader.open(browser, teahouse.url)))
  afterEach(() => ann.close())

  async function say(message: string, room = 'lobby'): Promise<void> {
    await postForm(`${teahouse.url}/rooms/${room}/chat`, { name: 'bob', message })
  }

  /** The page is told that it is hidden, as it is when another tab is in front. */
  async function hide(reader: Reader, hidden: boolean): Promise<void> {
    await reader.page.evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} })
      document.dispatchEvent(new Event('visibilitychange'))
    `)
  }

  it('counts what is unread in the title and on the icon while hidden, and marks where it begins', async () => {
    await say('read')
    await ann.sees('read')
    await hide(ann, true)
    const icon = () => ann.page.locator('link[rel=icon]').getAttribute('href')
    const plain = await icon()
    await say('unread one')
    await say('unread two')
    await until(async () => (await ann.page.title()) === '(2) lobby · Teahouse')
    expect(await icon()).to.match(/^data:image\/png/)
    await hide(ann, false)
    await until(async () => (await ann.page.title()) === 'lobby · Teahouse')
    expect(new URL((await icon())!, teahouse.url).pathname).to.equal(new URL(plain!, teahouse.url).pathname)
    await ann.page.locator('.quiet.new', { hasText: 'new since you left' }).waitFor()
    const lines = await ann.page.locator('.rows > li').allInnerTexts()
    expect(lines.findIndex((line) => line.includes('new since'))).to.equal(
      lines.findIndex((line) => line.includes('unread one')) - 1,
    )
  })

  it('shows a notification when it was asked to, and only while hidden', async () => {
    await ann.context.grantPermissions(['notifications'], { origin: teahouse.url })
    await ann.page.evaluate(`
      window.shown = []
      window.Notification = class {
        static permission = 'granted'
        static requestPermission = async () => 'granted'
        constructor(title, { body }) { window.shown.push([title, body]) }
        addEventListener() {}
      }
    `)
    await ann.page.getByLabel('Show a notification').check()
    await say('in sight')
    await ann.sees('in sight')
    await hide(ann, true)
    await say('out of sight')
    await until(async () => (await ann.page.evaluate<number>('window.shown.length')) > 0)
    expect(await ann.page.evaluate('window.shown')).to.deep.equal([['bob · lobby', 'out of sight']])
  })

  it('plays a sound when it was asked to, and only while hidden', async () => {
    await ann.page.evaluate(`
      window.notes = 0
      const start = OscillatorNode.prototype.start
      OscillatorNode.prototype.start = function (...when) { window.notes++; return start.apply(this, when) }
    `)
    const notes = () => ann.page.evaluate<number>('window.notes')
    await hide(ann, true)
    await say('unasked')
    await ann.sees('unasked')
    expect(await notes()).to.equal(0)
    await hide(ann, false)
    await ann.page.getByLabel('Play a sound').check()
    const heard = await notes()
    await say('within sight')
    await ann.sees('within sight')
    expect(await notes()).to.equal(heard)
    await hide(ann, true)
    await say('not within sight')
    await until(async () => (await notes()) > heard)
  })

  it('moves nothing for a reader who wants no motion', async () => {
    // A string, as there is no window where this is compiled.
    const transition = 'getComputedStyle(document.querySelector("button")).transitionDuration'
    const moving = () => ann.page.evaluate<string>(transition)
    await ann.page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await moving()).to.equal('0.12s')
    await ann.page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await moving()).to.equal('0s')
  })

  it('switches the language, and remembers that', async () => {
    await ann.page.getByRole('button', { name: '中文' }).click()
    await ann.page.getByPlaceholder('说点什么').waitFor()
    await ann.page.reload()
    await ann.page.getByPlaceholder('说点什么').waitFor()
    expect(await ann.page.locator('html').getAttribute('lang')).to.equal('zh-CN')
  })

  it('shows who is here, folds those who come and go, and says who is typing', async () => {
    const bob = await Reader.open(browser, teahouse.url)
    await bob.join('bob the first')
    const carl = await Reader.open(browser, teahouse.url)
    await carl.join('carl')
    await ann.page.getByText('bob the first and carl joined').waitFor()
    await ann.page.locator('.people').getByText('carl').waitFor()
    await bob.composer.pressSequentially('hm')
    await ann.page.getByText('bob the first is typing').waitFor()
    await bob.composer.press('Enter')
    await ann.page.getByText('bob the first is typing').waitFor({ state: 'detached' })
    await bob.close()
    await carl.close()
    await ann.page.getByText(/(bob the first and carl|carl and bob the first) left/).waitFor()
  })

  it('lists the rooms with what is unread there, and opens a new one by its name', async () => {
    await say('hello', 'garden')
    await ann.page.goto(`${teahouse.url}/rooms/garden`)
    await ann.sees('hello')
    await until(async () => String(await ann.page.evaluate("localStorage['teahouse.seen']")).includes('garden'))
    await ann.page.goto(teahouse.url)
    await say('one more', 'garden')
    await say('and more', 'garden')
    // The list is as it was up to a second ago.
    await until(async () => (await (await fetch(`${teahouse.url}/rooms`)).text()).includes('-3"'))
    await ann.page.reload()
    await ann.page.locator('.rooms').getByLabel('2 unread').waitFor()
    await ann.page.getByPlaceholder('Open a room').fill('no/room')
    await ann.page.getByPlaceholder('Open a room').press('Enter')
    await ann.page.getByText('1 to 64 letters').waitFor()
    await ann.page.getByPlaceholder('Open a room').fill('新 房间')
    await ann.page.getByPlaceholder('Open a room').press('Enter')
    await ann.page.getByRole('heading', { name: '新-房间' }).waitFor()
  })

  it('copies the link and the commands, and draws the QR code', async () => {
    await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const copied = () => ann.page.evaluate('navigator.clipboard.readText()')
    await ann.page.getByRole('button', { name: 'Copy link' }).click()
    await until(async () => (await copied()) === `${teahouse.url}/rooms/lobby`)
    await ann.page.getByRole('button', { name: 'listen' }).click()
    await until(async () => (await copied()) === `curl -N '${teahouse.url}/rooms/lobby/chat'`)
    await ann.page.getByRole('button', { name: 'speak' }).click()
    await until(async () => String(await copied()).startsWith('curl -d name=me -d message=hi'))
    await ann.page.getByRole('button', { name: 'Show QR code' }).click()
    await ann.page.getByRole('img', { name: 'QR code' }).waitFor()
  })

  it('tells guests apart, groups a run of one author, and keeps code and links', async () => {
    const room = `${teahouse.url}/rooms/forms`
    await say('see https://example.org/a?b=c and `x < y`', 'forms')
    await say('```\nlet a = 1\n\nlet b\n```', 'forms')
    await ann.page.goto(room)
    await ann.page.getByText('guest', { exact: true }).waitFor()
    const link = ann.page.getByRole('link', { name: 'https://example.org/a?b=c' })
    await link.waitFor()
    expect(await link.getAttribute('rel')).to.include('noopener')
    expect(await ann.page.locator('.text > code').innerText()).to.equal('x < y')
    expect(await ann.page.locator('.text pre').innerText()).to.equal('let a = 1\n\nlet b')
    expect(await ann.page.locator('.author').count()).to.equal(1)
    expect(await ann.page.locator('.quiet.day').innerText()).to.match(/today/i)
    expect(await ann.page.locator('time').first().getAttribute('title')).to.match(/\d{4}/)
  })
})
