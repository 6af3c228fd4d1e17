import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import type { Browser, FrameLocator } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { postForm, send } from '../../support/http/client.ts'
import { startHostPage, type HostPage } from '../../support/browser/host-page.ts'
import { Reader } from '../../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

/** What a browser does with the storage of a frame; the driver would switch off what keeps it apart, and so refuse it. */
const STORAGES = { 'kept apart': ['--disable-features=None'], refused: [] }

for (const [kind, args] of Object.entries(STORAGES)) {
  describe(`a room in a page of another site, with its storage ${kind}`, function () {
    this.timeout(90_000)
    let browser: Browser
    let teahouse: Teahouse
    let host: HostPage
    let html = ''
    const opened: Reader[] = []
    const recipe = readFileSync('recipes/embed.html', 'utf8')

    before(async function () {
      browser = await launchBrowser(this, args)
      teahouse = await startTeahouse({ graceMs: 100 })
      host = await startHostPage(() => html)
    })
    beforeEach(() => (html = recipe.replace('http://localhost:8012', teahouse.url)))
    afterEach(async () => {
      for (const reader of opened.splice(0)) await reader.close()
    })
    after(async () => {
      await browser?.close()
      await teahouse?.stop()
      host?.stop()
    })

    async function visit(options = {}): Promise<{ reader: Reader; frame: FrameLocator }> {
      const reader = await Reader.open(browser, host.url, options)
      opened.push(reader)
      return { reader, frame: reader.page.frameLocator('iframe') }
    }

    async function join(frame: FrameLocator, name: string): Promise<void> {
      await frame.locator('.composer input').fill(name)
      await frame.locator('.composer input').press('Enter')
      await frame.locator('.composer input').waitFor({ state: 'detached' })
    }

    async function say(frame: FrameLocator, text: string): Promise<void> {
      await frame.locator('.composer textarea').fill(text)
      await frame.locator('.composer textarea').press('Enter')
      await frame.locator('.message.own:not(.outgoing) .text', { hasText: text }).waitFor()
    }

    const users = async () => (await send(`${teahouse.url}/rooms/garden/users`)).json.users as string[]
    const garden = (text: string) => postForm(`${teahouse.url}/rooms/garden/chat`, { name: 'bob', message: text })

    it('shows what is said, takes a name and says something, and has the name still after a reload', async () => {
      await garden('before')
      const { reader, frame } = await visit()
      await frame.locator('.text', { hasText: 'before' }).waitFor()
      await garden('while it is open')
      await frame.locator('.text', { hasText: 'while it is open' }).waitFor()
      await join(frame, 'rose')
      await until(async () => (await users()).includes('rose'))
      await say(frame, 'from the frame')
      expect((await send(`${teahouse.url}/rooms/garden/messages`)).json.messages.at(-1)).to.include({
        name: 'rose',
        text: 'from the frame',
        guest: false,
      })

      await reader.page.reload()
      await frame.locator('.app:not(.served) .text', { hasText: 'from the frame' }).waitFor()
      await say(frame, 'and again')
      await until(async () => (await users()).includes('rose'))
      expect((await reader.context.cookies()).map(({ name }) => name)).not.to.include('teahouse')
      expect(reader.complaints).to.deep.equal([])
    })

    if (kind === 'kept apart') {
      it('has the name in every tab', async () => {
        const { reader, frame } = await visit()
        const tab = await reader.context.newPage()
        await tab.goto(host.url)
        const other = tab.frameLocator('iframe')
        await other.locator('.app:not(.served) .composer input').waitFor()
        await join(frame, 'iris')
        await other.locator('.composer input').waitFor({ state: 'detached' })
        await say(other, 'from the other tab')
        const { json } = await send(`${teahouse.url}/rooms/garden/messages`)
        expect(json.messages.at(-1)).to.include({ name: 'iris', text: 'from the other tab' })
      })

      it('asks for a name again when the one that it had is over', async () => {
        const { reader, frame } = await visit()
        await join(frame, 'daisy')
        const token = await reader.page
          .frames()[1]!
          .evaluate<string>("JSON.parse(localStorage['teahouse.frame']).token")
        await reader.page.goto('about:blank')
        await send(`${teahouse.url}/me`, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })
        await reader.page.goto(host.url)
        await frame.locator('.app:not(.served) .composer input').waitFor()
        await join(frame, 'daisy')
        await say(frame, 'here again')
      })
    }

    it('is apart from the name that its reader has on the page by itself', async () => {
      const { reader, frame } = await visit()
      const own = await reader.context.newPage()
      await own.goto(`${teahouse.url}/rooms/garden`)
      await own.locator('.composer input').fill('secret')
      await own.locator('.composer input').press('Enter')
      await own.locator('.composer input').waitFor({ state: 'detached' })
      await reader.page.reload()
      await frame.locator('.composer input').waitFor()
      await join(frame, 'open')
      expect((await users()).toSorted()).to.include.members(['open', 'secret'])
    })

    it('keeps its name to itself on a page of our own site too', async () => {
      const context = await Reader.open(browser, `${teahouse.url}/rooms/garden`)
      opened.push(context)
      await context.join('cookie')
      await context.page.goto(`${teahouse.url}/rooms/garden?view=embed`)
      await context.page.locator('.composer input').waitFor()
      await context.page.locator('.composer input').fill('token')
      await context.page.locator('.composer input').press('Enter')
      await context.page.locator('.composer input').waitFor({ state: 'detached' })
      expect(await context.page.evaluate("fetch('/me').then((answer) => answer.json())")).to.include({ name: 'cookie' })
    })

    it('gives a name up', async () => {
      const { frame } = await visit()
      await join(frame, 'violet')
      await frame.getByRole('button', { name: 'Give up' }).click()
      await frame.locator('.composer input').waitFor({ state: 'attached' })
      await until(async () => !(await users()).includes('violet'))
    })

    it('looks as its attributes say, and leaves the reader where they are', async () => {
      html = `<body><script src="${teahouse.url}/embed.js" data-room="茶" data-lang="zh" data-theme="dark" data-height="333"></script>`
      const { reader, frame } = await visit()
      await frame.getByPlaceholder('你的名字').waitFor()
      expect(await frame.locator('html').getAttribute('data-theme')).to.equal('dark')
      const inside = reader.page.frames()[1]!
      const paper = await inside.evaluate('getComputedStyle(document.documentElement).backgroundColor')
      expect(paper).to.equal('rgb(23, 22, 19)')
      expect((await reader.page.locator('iframe').boundingBox())!.height).to.equal(333)
      expect(await reader.page.evaluate('document.activeElement.tagName')).to.equal('BODY')
      // What leads elsewhere opens a tab of its own.
      const [tab] = await Promise.all([reader.context.waitForEvent('page'), frame.locator('.wordmark').click()])
      expect(decodeURI(tab.url())).to.equal(`${teahouse.url}/rooms/茶`)
      expect(reader.page.url()).to.equal(host.url)
    })

    it('works without a script too, where a frame is put by hand', async () => {
      html = `<iframe src="${teahouse.url}/rooms/garden?view=embed&lang=en"></iframe>`
      const { frame } = await visit({ javaScriptEnabled: false })
      await frame.locator('input[name=name]').fill('lily')
      await frame.locator('textarea').fill('without a script')
      await frame.locator('.send').click()
      await frame.getByText('without a script').waitFor()
      await frame.locator('textarea').fill(' ')
      await frame.locator('.send').click()
      await frame.getByText('The message is empty').waitFor()
    })

    it('can be one that only shows', async () => {
      html = `<body><script src="${teahouse.url}/embed.js" data-room="garden" data-view="read"></script>`
      await garden('for all to read')
      const { frame } = await visit()
      await frame.locator('.text', { hasText: 'for all to read' }).waitFor()
      await garden('live')
      await frame.locator('.text', { hasText: 'live' }).waitFor()
      expect(await frame.locator('.composer, .bar').count()).to.equal(0)
    })
  })
}

describe('who may put a room in a frame', () => {
  const policy = async (path: string, embedOrigins?: string[]) => {
    const teahouse = await startTeahouse(embedOrigins ? { embedOrigins } : {})
    const { headers } = await send(`${teahouse.url}${path}`)
    await teahouse.stop()
    const ancestors = /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1]
    return { ancestors, options: headers.get('x-frame-options') }
  }

  it('is anybody, for the embed and the view that only shows', async () => {
    for (const path of ['/rooms/tea?view=embed', '/?view=read'])
      expect(await policy(path)).to.deep.equal({ ancestors: "'self' *", options: null })
  })

  it('is whoever the operator lists', async () => {
    const path = '/rooms/tea?view=embed'
    expect(await policy(path, ['https://example.org'])).to.deep.equal({
      ancestors: "'self' https://example.org",
      options: null,
    })
    expect(await policy(path, [])).to.deep.equal({ ancestors: "'self'", options: 'SAMEORIGIN' })
  })

  it('is nobody else for the page by itself', async () => {
    for (const path of ['/', '/rooms/tea', '/diagnostics'])
      expect(await policy(path)).to.deep.equal({ ancestors: "'self'", options: 'SAMEORIGIN' })
  })
})
