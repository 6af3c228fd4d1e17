import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { postForm } from '../support/http/client.ts'
import { Reader } from '../support/http/reader.ts'
import { ShakyNetwork } from '../support/redis/shaky-network.ts'
import { TeahouseProcess } from '../support/process/teahouse-process.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('the connection of the page', function () {
  this.timeout(60_000)
  let browser: Browser
  before(async function () {
    browser = await launchBrowser(this)
  })
  after(() => browser?.close())

  describe('over a network that fails', () => {
    let teahouse: Teahouse
    let network: ShakyNetwork
    let ann: Reader
    const say = (message: string) => postForm(`${teahouse.url}/chat`, { name: 'bob', message })
    beforeEach(async () => {
      teahouse = await startTeahouse({ graceMs: 100 })
      network = await ShakyNetwork.to(teahouse.url)
      ann = await Reader.open(browser, network.url)
    })
    afterEach(async () => {
      await ann.close()
      network.close()
      await teahouse.stop()
    })

    it('fills in exactly what was missed, and shows a banner only when it lasts', async () => {
      await say('before')
      await ann.sees('before')
      const banner = ann.page.locator('.banner')
      const cutAt = Date.now()
      network.cut()
      await banner.getByText('No connection').waitFor()
      expect(Date.now() - cutAt).to.be.at.least(2900)
      for (let i = 1; i <= 120; i++) await say(`missed ${i}`)
      await banner.getByText(/Trying again in \d+ s/).waitFor()
      network.mend()
      await banner.getByRole('button', { name: 'Try now' }).click()
      await ann.sees('missed 120')
      await banner.waitFor({ state: 'detached' })
      const texts = await ann.texts()
      expect(texts).to.deep.equal(Array.from(texts, (_, i) => `missed ${121 - texts.length + i}`))
    })

    it('goes over to the long poll where the stream stays silent though open', async () => {
      network.swallowStreams()
      await ann.page.reload()
      await ann.page.locator('.connected', { hasText: 'long poll' }).waitFor()
      await say('by poll')
      await ann.sees('by poll')
      await ann.join('ann')
      await ann.say('and back')
      await ann.sees('and back')
      expect(await ann.texts()).to.deep.equal(['by poll', 'and back'])
    })

    for (const [when, seconds, event] of [
      ['at once after a sleep', 25, 'visibilitychange'],
      ['when nothing was heard for long', 41, 'nothing'],
    ] as const) {
      it(`notices ${when} that its connection is dead`, async () => {
        await ann.page.clock.install()
        await ann.page.reload()
        await say('alive')
        await ann.sees('alive')
        network.freeze()
        await say('into the silence')
        await ann.page.clock.fastForward(seconds * 1000)
        await ann.page.evaluate(`document.dispatchEvent(new Event('${event}'))`)
        await ann.sees('into the silence')
        expect(await ann.texts()).to.deep.equal(['alive', 'into the silence'])
      })
    }

    it('opens its stream again when a server answers it with an error', async () => {
      let refusals = 0
      await ann.page.route('**/chat?*', (route) => (++refusals > 2 ? route.continue() : route.fulfill({ status: 503 })))
      await ann.page.reload()
      await until(() => refusals > 2)
      await say('after all')
      await ann.sees('after all')
    })
  })

  it('survives a server that is killed and started again while one types, sends and reads', async () => {
    const teahouse = await TeahouseProcess.start()
    const ann = await Reader.open(browser, teahouse.url)
    const bob = await Reader.open(browser, teahouse.url)
    await ann.join('ann')
    await bob.join('bob')
    await ann.say('1')
    await bob.sees('1')
    await teahouse.kill()
    await ann.say('2')
    await ann.composer.fill('a draft')
    await ann.page.locator('.failed').waitFor()
    await teahouse.start()
    await bob.sees('2')
    await ann.page.locator('.outgoing').waitFor({ state: 'detached' })
    await bob.say('3')
    await ann.sees('3')
    expect(await ann.texts()).to.deep.equal(['1', '2', '3'])
    expect(await bob.texts()).to.deep.equal(['1', '2', '3'])
    expect(await ann.composer.inputValue()).to.equal('a draft')
    await ann.close()
    await bob.close()
    await teahouse.close()
  })

  it('loads the history anew, and says so, when what was missed is no longer to be had', async () => {
    const teahouse = await startTeahouse({ graceMs: 100, replayLimit: 5 })
    const network = await ShakyNetwork.to(teahouse.url)
    const ann = await Reader.open(browser, network.url)
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'before' })
    await ann.sees('before')
    network.cut()
    for (let i = 1; i <= 9; i++) await postForm(`${teahouse.url}/chat`, { name: 'bob', message: `missed ${i}` })
    network.mend()
    await ann.page.getByText('The history was loaded anew').waitFor()
    const texts = await ann.texts()
    expect(texts).to.deep.equal(['before', ...Array.from({ length: 9 }, (_, i) => `missed ${i + 1}`)])
    await ann.close()
    network.close()
    await teahouse.stop()
  })

  it('works without EventSource', async () => {
    const teahouse = await startTeahouse({ graceMs: 100 })
    const ann = await Reader.open(browser, 'about:blank')
    await ann.page.addInitScript('delete window.EventSource')
    await ann.page.goto(teahouse.url)
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'emulated' })
    await ann.sees('emulated')
    await ann.close()
    await teahouse.stop()
  })
})
