import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../../support/browser/browser.ts'
import { openEventSourcePage } from '../../../support/browser/event-source-page.ts'
import { startScriptedServer, type ScriptedServer } from '../../../support/browser/scripted-server.ts'
import { IN_THE_PAGE } from './case.ts'
import { CONNECTION } from './cases/connection.ts'
import { CONSTRUCTOR } from './cases/constructor.ts'
import { CROSS_ORIGIN } from './cases/cross-origin.ts'
import { FIELDS } from './cases/fields.ts'
import { FORMAT } from './cases/format.ts'
import { INTERFACE } from './cases/interface.ts'
import { REQUEST } from './cases/request.ts'
import { serveResources } from './resources.ts'

const CASES = [...INTERFACE, ...CONSTRUCTOR, ...FORMAT, ...FIELDS, ...REQUEST, ...CONNECTION, ...CROSS_ORIGIN]

const PROTOCOL = readFileSync(new URL('../../../../docs/protocol.md', import.meta.url), 'utf8')

describe('The cases of WPT in docs/protocol.md', () => {
  const failing = (kind: 'native' | 'emulated') => CASES.filter(({ [kind]: difference }) => difference)

  it('are counted', () => {
    const passes = (kind: 'native' | 'emulated') => CASES.length - failing(kind).length
    expect(PROTOCOL).to.include(`passes ${passes('emulated')} of the ${CASES.length} cases`)
    expect(PROTOCOL).to.include(`Chromium's own passes ${passes('native')}.`)
  })

  it('are listed with the reason where the emulation does not pass them', () => {
    for (const { wpt, emulated } of failing('emulated')) {
      const { because } = emulated!
      const alike = failing('emulated').filter((other) => other.emulated!.because === because)
      const row = PROTOCOL.split('\n').find((line) => line.includes(`| ${alike.length} | ${because}`))
      expect(row, because).to.include(`| \`${wpt.split(' ', 1)[0]}\``)
    }
  })
})

for (const kind of ['native', 'emulated'] as const) {
  describe(`The cases of WPT for window.EventSource, ${kind}`, () => {
    let browser: Browser
    let server: ScriptedServer
    let elsewhere: ScriptedServer
    let page: Page
    before(async function () {
      browser = await launchBrowser(this)
      server = await startScriptedServer()
      // Another port is another origin, but the same site: so cookies go there.
      elsewhere = await startScriptedServer()
      for (const each of [server, elsewhere]) serveResources(each)
      page = await openEventSourcePage(browser, kind, server.url)
      await page.evaluate(`${IN_THE_PAGE} window.elsewhere = '${elsewhere.url}'`)
    })
    after(async () => {
      server?.stop()
      elsewhere?.stop()
      await browser?.close()
    })

    for (const { wpt, it: does, run, gives, [kind]: difference } of CASES) {
      const name = difference ? `does not pass: ${does}, because ${difference.because}` : does
      it(`${name} [${wpt}]`, async () => {
        const given = await page.evaluate(`(async () => { ${run} })()`)
        const placed = JSON.stringify(given ?? null)
          .replaceAll(server.url, '{page}')
          .replaceAll(elsewhere.url, '{elsewhere}')
        const expected = difference ? difference.gives : gives
        expect(JSON.parse(placed)).to.deep.equal(JSON.parse(JSON.stringify(expected)))
      })
    }
  })
}
