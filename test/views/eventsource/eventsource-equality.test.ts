import { expect } from 'chai'
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { openEventSourcePage } from '../../support/browser/event-source-page.ts'
import { startScriptedServer, type ScriptedServer } from '../../support/browser/scripted-server.ts'

// A retry stays short, so that each stream is soon asked for again.
const PIECES = ['data', 'event', 'id', 'Data', ':', ': ', ' ', '\n', '\n\n', '\r', '\r\n', '\r\n\r\n', '\0', '\uFEFF']
const WHOLE = ['data: x\n', 'id: 7\n', 'event: named\n', 'event: other\n', 'retry: 5\n', 'retry: 5x\n', 'x']
const LETTERS = ['茶', '🍵', 'é', '\u2028', '7']

interface Stream {
  text: string
  /** How many bytes arrive together. */
  cut: number
}

const text = array(constantFrom(...PIECES, ...WHOLE, ...LETTERS), { maxLength: 40 }).map((pieces) => pieces.join(''))
const streams = array(record({ text, cut: integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 3 })

describe('window.EventSource, emulated and native', () => {
  let browser: Browser
  let server: ScriptedServer
  let page: Page
  before(async function () {
    browser = await launchBrowser(this)
    server = await startScriptedServer()
    page = await openEventSourcePage(browser, 'native', server.url)
    await page.evaluate('window.Native = EventSource; delete window.EventSource')
    await page.addScriptTag({ url: '/eventsource.js' })
    await page.evaluate('window.Emulated = EventSource')
  })
  after(async () => {
    server?.stop()
    await browser?.close()
  })

  it('make the same of any streams, wherever these are cut', async () => {
    let tries = 0
    const read = async (made: Stream[], name: string) => {
      const path = `/any/${tries++}`
      server.on(path, ...made.map(inPieces), (_, response) => response.writeHead(204).end())
      const seen = await page.evaluate(`new Promise((resolve) => {
        const source = new ${name}('${path}')
        const seen = []
        for (const type of ['message', 'named', 'other', 'x']) {
          source.addEventListener(type, ({ data, lastEventId }) => seen.push([type, data, lastEventId]))
        }
        source.onerror = () => source.readyState === 2 && resolve(seen)
      })`)
      return { seen, ids: server.requests(path).map(({ headers }) => headers['last-event-id'] ?? '') }
    }
    await assert(
      asyncProperty(streams, async (made) => {
        const native = await read(made, 'Native')
        expect(await read(made, 'Emulated')).to.deep.equal(native)
      }),
      { numRuns: 40 },
    )
  }).timeout(60_000)
})

function inPieces({ text, cut }: Stream): (_: unknown, response: ServerResponse) => Promise<void> {
  return async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('retry: 5\n\n')
    const bytes = Buffer.from(text)
    for (let start = 0; start < bytes.length; start += cut) {
      response.write(bytes.subarray(start, start + cut))
      await nextTurn()
    }
    response.end()
  }
}
