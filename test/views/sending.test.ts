import { expect } from 'chai'
import type { Browser, Route } from 'playwright-core'
import { launchBrowser } from '../support/browser/browser.ts'
import { Reader } from '../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('sending from the page', () => {
  let browser: Browser
  let teahouse: Teahouse
  let ann: Reader
  let room = 0
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse({ graceMs: 100 })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })
  beforeEach(async () => {
    ann = await Reader.open(browser, `${teahouse.url}/rooms/sending-${++room}`)
    await ann.join(`ann ${room}`)
  })
  afterEach(() => ann.close())

  /** Answers every POST to the chat instead of the server, until the returned function is called. */
  async function answerInstead(answer: (route: Route) => Promise<void> | void): Promise<() => Promise<void>> {
    const handler = async (route: Route) => {
      if (route.request().method() === 'POST') await answer(route)
      else await route.fallback()
    }
    await ann.page.route('**/chat', handler)
    return () => ann.page.unroute('**/chat', handler)
  }

  it('shows the text at once, before the server has answered', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    await answerInstead(async (route) => {
      await held
      await route.continue()
    })
    await ann.say('at once')
    await ann.page.locator('.outgoing', { hasText: 'sending…' }).waitFor()
    expect(await ann.composer.inputValue()).to.equal('')
    release()
    await ann.sees('at once')
    await ann.page.locator('.outgoing').waitFor({ state: 'detached' })
    expect(await ann.texts()).to.deep.equal(['at once'])
  })

  const refusals: [name: string, answer: { status: number; body: string }, reason: string][] = [
    ['413', { status: 413, body: '{"success":"fail","code":"text_too_long","msg":"Too long"}' }, 'Too long'],
    ['403', { status: 403, body: '{"success":"fail","code":"not_your_name","msg":"Not yours"}' }, 'Not yours'],
    ['507', { status: 507, body: '{"success":"fail","code":"store_full","msg":"The store is full"}' }, 'is full'],
    ['503', { status: 503, body: '' }, 'made no sense'],
    ['garbage', { status: 200, body: '<html>sign in to the wifi</html>' }, 'made no sense'],
  ]
  for (const [name, answer, reason] of refusals) {
    it(`keeps the text when the server answers ${name}, says why, and sends it once when asked to`, async () => {
      const stop = await answerInstead((route) => route.fulfill({ contentType: 'application/json', ...answer }))
      await ann.say(`despite ${name}`)
      const failed = ann.page.locator('.failed', { hasText: `despite ${name}` })
      await failed.getByText(reason).waitFor()
      await stop()
      await failed.getByRole('button', { name: 'Try again' }).click()
      await ann.sees(`despite ${name}`)
      expect(await ann.texts()).to.deep.equal([`despite ${name}`])
    })
  }

  it('keeps the text when no answer comes, and sends it once when asked to', async () => {
    const stop = await answerInstead((route) => route.abort())
    await ann.say('into the void')
    await ann.page.locator('.failed').getByText('no connection').waitFor()
    await stop()
    await ann.page.locator('.failed').getByRole('button', { name: 'Try again' }).click()
    await ann.sees('into the void')
    expect(await ann.texts()).to.deep.equal(['into the void'])
  })

  it('says a text once whose answer was lost on the way back', async () => {
    let lost = 0
    await answerInstead(async (route) => {
      if (lost === 2) return route.continue()
      lost++
      await route.fetch()
      await route.abort()
    })
    await ann.say('and back')
    await ann.sees('and back')
    await until(async () => (await ann.page.evaluate('sessionStorage.length')) === 0)
    expect(lost).to.equal(2)
    expect(await ann.texts()).to.deep.equal(['and back'])
  })

  it('counts down when it is too fast, and then sends by itself', async () => {
    let refusals = 0
    await answerInstead(async (route) => {
      if (++refusals > 1) return route.continue()
      await route.fulfill({ status: 429, headers: { 'Retry-After': '2' }, body: '{"code":"too_fast","msg":"slow"}' })
    })
    await ann.say('hasty')
    await ann.page.getByText('sending again in 2 s').waitFor()
    await ann.page.getByText('sending again in 1 s').waitFor()
    await ann.sees('hasty')
    expect(await ann.texts()).to.deep.equal(['hasty'])
  })

  it('gives a refused text back to be changed', async () => {
    await ann.say('x'.repeat(8001))
    await ann.page.getByRole('button', { name: 'Take back' }).click()
    expect(await ann.composer.inputValue()).to.have.length(8001)
    expect(await ann.texts()).to.deep.equal([])
  })

  it('sends what a reload has interrupted', async () => {
    const stop = await answerInstead(() => {})
    await ann.say('interrupted')
    await ann.page.locator('.outgoing').waitFor()
    await stop()
    await ann.page.reload()
    await ann.sees('interrupted')
    expect(await ann.texts()).to.deep.equal(['interrupted'])
  })

  it('keeps the draft over a reload', async () => {
    await ann.composer.fill('half a thou')
    await ann.page.reload()
    await until(async () => (await ann.composer.inputValue()) === 'half a thou')
  })

  it('breaks the line on Shift+Enter', async () => {
    await ann.composer.pressSequentially('one')
    await ann.composer.press('Shift+Enter')
    await ann.composer.pressSequentially('two')
    await ann.composer.press('Enter')
    await ann.sees('two')
    expect(await ann.texts()).to.deep.equal(['one\ntwo'])
  })

  it('never sends while an input method is composing', async () => {
    await ann.composer.focus()
    const input = await ann.context.newCDPSession(ann.page)
    await input.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 })
    // What a browser reports of an Enter that the input method takes for itself.
    await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', windowsVirtualKeyCode: 229 })
    await ann.composer.evaluate((area) => {
      // oxlint-disable-next-line typescript/no-explicit-any
      const { KeyboardEvent } = globalThis as any
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))
    })
    await input.send('Input.insertText', { text: '你好' })
    expect(await ann.composer.inputValue()).to.equal('你好')
    await ann.composer.press('Enter')
    await ann.sees('你好')
    expect(await ann.texts()).to.deep.equal(['你好'])
  })

  it('sends with the button, and breaks the line with Enter, where fingers type', async () => {
    const phone = await Reader.open(browser, `${teahouse.url}/rooms/phone`, { hasTouch: true, isMobile: true })
    await phone.page.locator('.composer input').fill('phone')
    await phone.composer.fill('by')
    await phone.composer.press('Enter')
    await phone.composer.pressSequentially('thumb')
    await phone.page.getByRole('button', { name: 'Send' }).tap()
    await phone.sees('thumb')
    expect(await phone.texts()).to.deep.equal(['by\nthumb'])
    await phone.close()
  })

  it('edits with the arrow and deletes from the menu, for all to see', async () => {
    const bob = await Reader.open(browser, ann.page.url())
    await ann.say('teh')
    await bob.sees('teh')
    await ann.composer.press('ArrowUp')
    await ann.page.getByRole('textbox', { name: 'Edit' }).fill('the')
    await ann.page.getByRole('textbox', { name: 'Edit' }).press('Enter')
    await bob.page.locator('.message', { hasText: 'the' }).getByText('edited').waitFor()
    expect(await bob.page.getByRole('button', { name: 'Delete' }).count()).to.equal(0)
    await ann.page.locator('.message').hover()
    await ann.page.getByRole('button', { name: 'Delete' }).click()
    await ann.page.getByRole('button', { name: 'Delete' }).click()
    await until(async () => (await bob.texts()).length === 0)
    await bob.close()
  })

  it('says in place that a name is taken', async () => {
    const bob = await Reader.open(browser, ann.page.url())
    await bob.page.locator('.composer input').fill(`ann ${room}`)
    await bob.composer.fill('hello')
    await bob.composer.press('Enter')
    await bob.page.locator('.naming').getByText('The name is taken').waitFor()
    expect(await bob.composer.inputValue()).to.equal('hello')
    await bob.page.locator('.composer input').fill(`bob ${room}`)
    await bob.page.locator('.composer input').press('Enter')
    await ann.sees('hello')
    await bob.page.reload()
    expect(await bob.page.locator('.composer input').count()).to.equal(0)
    await bob.page.getByRole('button', { name: 'Change name' }).click()
    await bob.page.locator('.self input').fill(`rob ${room}`)
    await bob.page.getByRole('button', { name: 'Save' }).click()
    await bob.page.locator('.self .name', { hasText: `rob ${room}` }).waitFor()
    await bob.page.getByRole('button', { name: 'Give up name' }).click()
    await bob.page.locator('.composer input').waitFor()
    await bob.close()
  })
})
