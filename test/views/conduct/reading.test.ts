import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { postForm, send } from '../../support/http/client.ts'
import { Reader } from '../../support/http/reader.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

describe('the view that only shows', function () {
  this.timeout(60_000)
  let browser: Browser
  let teahouse: Teahouse
  before(async function () {
    browser = await launchBrowser(this)
    teahouse = await startTeahouse()
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'before' })
  })
  after(async () => {
    await browser?.close()
    await teahouse?.stop()
  })

  it('has what is said, in large letters, and nothing to write with', async () => {
    const screen = await Reader.open(browser, `${teahouse.url}/?view=read`, { viewport: { width: 1920, height: 1080 } })
    await screen.sees('before')
    await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'live' })
    await screen.sees('live')
    expect(await screen.page.locator('textarea, input, .bar, .actions').count()).to.equal(0)
    const size = await screen.page.evaluate<string>("getComputedStyle(document.querySelector('.text')).fontSize")
    expect(parseFloat(size)).to.be.above(30)
    expect(screen.complaints).to.deep.equal([])
    await screen.close()
  })

  it('lies over whatever is behind it when it is told to', async () => {
    const screen = await Reader.open(browser, `${teahouse.url}/?view=read&background=transparent&theme=dark`)
    await screen.sees('before')
    const look = await screen.page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    expect(look).to.equal('rgba(0, 0, 0, 0)')
    await screen.close()
  })

  it('refuses a view, a theme, a background or a language that there is none of', async () => {
    for (const query of ['view=x', 'theme=pink', 'background=hole', 'lang=fr', 'view=read&view=embed']) {
      const { status, json } = await send(`${teahouse.url}/?${query}`)
      expect({ status, code: json.code }, query).to.deep.equal({ status: 400, code: 'bad_query' })
    }
  })
})
