import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { KINDS, openEventSource, openEventSourcePage, untilSeen } from '../../support/browser/event-source-page.ts'
import { startScriptedServer } from '../../support/browser/scripted-server.ts'
import { startProxy } from '../../support/proxy.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

for (const kind of KINDS) {
  describe(`Teahouse heard by window.EventSource, ${kind}`, () => {
    let browser: Browser
    let teahouse: Teahouse
    let page: Page
    before(async function () {
      browser = await launchBrowser(this)
    })
    after(() => browser?.close())
    beforeEach(async () => {
      teahouse = await startTeahouse()
      page = await openEventSourcePage(browser, kind, `${teahouse.url}/healthz`)
      await page.addScriptTag({ url: '/eventsource.js' })
    })
    afterEach(async () => {
      await page?.close()
      await teahouse?.stop()
    })

    const say = (message: string, to = teahouse) =>
      fetch(`${to.url}/chat`, { method: 'POST', body: new URLSearchParams({ name: 'bob', message }) })

    it('hears what is said', async () => {
      await openEventSource(page, '/chat')
      await untilSeen(page, 1)
      await say('你好 🍵')
      const [connected, message] = await untilSeen(page, 2)
      expect(message!.data).to.equal('bob: 你好 🍵')
      expect(connected!.lastEventId).to.match(/^[a-z0-9]+-0$/)
      expect(message!.lastEventId).to.match(/^[a-z0-9]+-1$/)
    })

    it('hears named events', async () => {
      await openEventSource(page, '/es', ['test'])
      const [test] = await untilSeen(page, 1, 'test')
      expect(JSON.parse(test!.data!)).to.deep.equal({ a: 'yango', b: 'tango' })
    })

    it('misses nothing that is said while it is away', async () => {
      const proxy = await startProxy(teahouse.url)
      await page.goto(`${proxy.url}/healthz`)
      await page.addScriptTag({ url: '/eventsource.js' })
      await openEventSource(page, '/chat?format=json', ['ready'])
      await untilSeen(page, 1, 'ready')
      await say('before')
      await untilSeen(page, 1)
      proxy.cut()
      await say('meanwhile')
      await say('and more')
      const messages = await untilSeen(page, 3)
      const texts = messages.map(({ data }) => (JSON.parse(data!) as { text: string }).text)
      expect(texts).to.deep.equal(['before', 'meanwhile', 'and more'])
      const [, resumed] = await untilSeen(page, 2, 'ready')
      expect(JSON.parse(resumed!.data!)).to.include({ resume: 'resumed' })
      proxy.stop()
    })

    it('misses nothing either when it is cut off before anything was said', async () => {
      const proxy = await startProxy(teahouse.url)
      await page.goto(`${proxy.url}/healthz`)
      await page.addScriptTag({ url: '/eventsource.js' })
      await openEventSource(page, '/chat?format=json', ['ready', 'roster'])
      await untilSeen(page, 1, 'roster')
      proxy.cut()
      await say('meanwhile')
      const [message] = await untilSeen(page, 1)
      expect(JSON.parse(message!.data!)).to.include({ text: 'meanwhile' })
      proxy.stop()
    })

    it('misses nothing from another origin', async () => {
      const friend = await startScriptedServer()
      const listed = await startTeahouse({ corsOrigins: [friend.url] })
      const proxy = await startProxy(listed.url)
      await page.goto(friend.url)
      await openEventSource(page, `${proxy.url}/chat?format=json`, ['ready'])
      await untilSeen(page, 1, 'ready')
      await say('before', listed)
      await untilSeen(page, 1)
      proxy.cut()
      await say('meanwhile', listed)
      const [, message] = await untilSeen(page, 2)
      expect(JSON.parse(message!.data!)).to.include({ text: 'meanwhile' })
      const [, resumed] = await untilSeen(page, 2, 'ready')
      expect(JSON.parse(resumed!.data!)).to.include({ resume: 'resumed' })
      friend.stop()
      proxy.stop()
      await listed.stop()
    })

    it('leaves nothing in the hub once it is closed', async () => {
      await openEventSource(page, '/stream')
      await untilSeen(page, 1)
      expect(teahouse.hub.size).to.equal(1)
      await page.evaluate('source.close()')
      await until(() => teahouse.hub.size === 0)
    })
  })
}
