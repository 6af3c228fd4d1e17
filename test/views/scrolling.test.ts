import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { postForm } from '../support/http/client.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('scrolling on the page', function () {
  this.timeout(120_000)
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

  async function say(room: string, message: string): Promise<void> {
    await postForm(`${teahouse.url}/rooms/${room}/chat`, { name: 'bob', message })
  }

  async function open(room: string): Promise<Reader> {
    return Reader.open(browser, `${teahouse.url}/rooms/${room}`)
  }

  /** Where a message is on the screen. */
  async function top(reader: Reader, text: string): Promise<number> {
    const box = await reader.page.locator('.message', { hasText: text }).first().boundingBox()
    return Math.round(box!.y)
  }

  const gap = (reader: Reader) =>
    reader.page.locator('.list').evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop)

  it('follows what is said at the bottom, and stays where the reader is elsewhere', async () => {
    for (let i = 1; i <= 70; i++) await say('stay', `line ${i} of the room`)
    const ann = await open('stay')
    await ann.sees('line 70 of')
    expect(await gap(ann)).to.be.below(2)
    await say('stay', 'follow me')
    await ann.sees('follow me')
    await until(async () => (await gap(ann)) < 2)

    await ann.page.locator('.list').hover()
    await ann.page.mouse.wheel(0, -700)
    await ann.page.getByRole('button', { name: 'To the newest' }).waitFor()
    await until(async () => (await gap(ann)) > 600)
    const before = await top(ann, 'line 55 of')
    for (let i = 1; i <= 3; i++) await say('stay', `unseen ${i}`)
    await ann.page.getByRole('button', { name: '3 new ↓' }).waitFor()
    expect(await top(ann, 'line 55 of')).to.equal(before)
    await ann.page.getByRole('button', { name: '3 new ↓' }).click()
    await ann.sees('unseen 3')
    await until(async () => (await gap(ann)) < 2)
    await ann.close()
  })

  it('leads through 10,000 messages to the first, without a jump, with some hundreds of nodes', async () => {
    for (let i = 1; i <= 10_000; i += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, j) =>
          teahouse.store.log.append('long', {
            event: 'message',
            name: `name ${(i + j) % 7}`,
            text: `number ${i + j}!${' and more'.repeat((i + j) % 40)}`,
            guest: true,
            owner: null,
          }),
        ),
      )
    }
    const ann = await open('long')
    await ann.sees('number 10000!')
    // Scrolls as fast as the page lets it, and notes every jump: the same message at another place than the wheel explains.
    const { worst, nodes } = await ann.page.evaluate<{ worst: number; nodes: number }>(SCROLL_TO_THE_FIRST)
    expect(await ann.page.locator('.message .text').first().innerText()).to.match(/^number 1!/)
    await ann.page.getByText('This is where it begins.').waitFor()
    expect(nodes).to.be.below(900)
    expect(worst).to.be.below(2)
    await ann.page.getByRole('button', { name: 'To the newest' }).click()
    await ann.sees('number 10000!')
    await until(async () => (await gap(ann)) < 2)
    await ann.close()
  })
})

/** In the page: scrolls up frame by frame; a row in sight must move by what was scrolled, and by nothing else. */
const SCROLL_TO_THE_FIRST = `(async () => {
  const list = document.querySelector('.list')
  const frame = () => new Promise(requestAnimationFrame)
  let worst = 0
  let nodes = 0
  for (let still = 0; still < 60; ) {
    const row = [...document.querySelectorAll('.message')].find((row) => row.getBoundingClientRect().top > 200)
    const before = row.getBoundingClientRect().top
    const scrolled = Math.min(900, list.scrollTop)
    list.scrollTop -= scrolled
    await frame()
    await frame()
    if (row.isConnected) worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - before - scrolled))
    nodes = Math.max(nodes, document.querySelectorAll('*').length)
    const isAtFirst = list.scrollTop < 1 && document.querySelector('.message .text').textContent.startsWith('number 1!')
    still = scrolled === 0 ? still + 1 : 0
    if (isAtFirst) break
  }
  return { worst, nodes }
})()`
