import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import { KINDS, openEventSource, openEventSourcePage, untilSeen } from '../../support/browser/event-source-page.ts'
import { startScriptedServer, type ScriptedServer } from '../../support/browser/scripted-server.ts'

const TYPE = { 'Content-Type': 'text/event-stream' }
const ALLOWED = { ...TYPE, 'Access-Control-Allow-Origin': '*' }

// What Chromium's own EventSource does otherwise, or sees nothing of.
for (const kind of KINDS.filter((kind) => kind !== 'native')) {
  describe(`window.EventSource, ${kind}, where XMLHttpRequest differs`, () => {
    let browser: Browser
    let server: ScriptedServer
    let elsewhere: ScriptedServer
    let page: Page
    before(async function () {
      browser = await launchBrowser(this)
      server = await startScriptedServer()
      elsewhere = await startScriptedServer()
    })
    after(async () => {
      server?.stop()
      elsewhere?.stop()
      await browser?.close()
    })
    beforeEach(async () => void (page = await openEventSourcePage(browser, kind, server.url)))
    afterEach(() => page?.close())

    it('comes back to another origin with its cursor in the query, without a preflight', async () => {
      const asked: string[] = []
      elsewhere.on('/room', ({ method, url, headers }, response) => {
        asked.push(`${method} ${url} ${String(headers['last-event-id'])}`)
        response.writeHead(200, ALLOWED).end(`retry: 5\nid: 茶 ${asked.length}\ndata: x\n\n`)
      })
      const url = `${elsewhere.url}/room?since=a-1&lang=zh#here`
      await openEventSource(page, url)
      await untilSeen(page, 3)
      await page.evaluate('source.close()')
      expect(asked.slice(0, 3)).to.deep.equal([
        'GET /room?since=a-1&lang=zh undefined',
        'GET /room?since=a-1&lang=zh&lastEventId=%E8%8C%B6+1 undefined',
        'GET /room?since=a-1&lang=zh&lastEventId=%E8%8C%B6+2 undefined',
      ])
      expect(await page.evaluate('source.url')).to.equal(url)
    })

    it('asks by a preflight where its own origin redirects to another', async () => {
      const methods: string[] = []
      elsewhere.on('/there', ({ method }, response) => {
        methods.push(method!)
        response.writeHead(200, { ...ALLOWED, 'Access-Control-Allow-Headers': 'cache-control' }).write('data: x\n\n')
        if (method === 'OPTIONS') response.end()
      })
      server.on('/away', (_, response) => response.writeHead(307, { Location: `${elsewhere.url}/there` }).end())
      await openEventSource(page, '/away')
      await untilSeen(page, 1)
      expect(methods).to.deep.equal(['OPTIONS', 'GET'])
    })

    for (const charset of ['windows-1252', 'gbk', 'utf-16le', 'unknown']) {
      it(`reads UTF-8 where the type says ${charset}`, async () => {
        server.on(`/${charset}`, (_, response) => {
          response.writeHead(200, { 'Content-Type': `text/event-stream; charset=${charset}` }).write('data: 茶 🍵\n\n')
        })
        await openEventSource(page, `/${charset}`)
        expect((await untilSeen(page, 1))[0]!.data).to.equal('茶 🍵')
      })
    }

    it('reads UTF-16 after the byte order mark of that', async () => {
      const bytes = Buffer.from('\uFEFFdata: 茶\n\n', 'utf16le')
      server.on('/utf-16', (_, response) => response.writeHead(200, TYPE).write(bytes))
      await openEventSource(page, '/utf-16')
      expect((await untilSeen(page, 1))[0]!.data).to.equal('茶')
    })

    for (const scheme of ['data', 'blob'] as const) {
      it(`reads a ${scheme}: URL`, async () => {
        await page.evaluate(`window.address = {
          data: 'data:text/event-stream,id:1%0Aretry:5%0Adata:x%0A%0A',
          blob: URL.createObjectURL(new Blob(['id:1\\nretry:5\\ndata:x\\n\\n'], { type: 'text/event-stream' })),
        }`)
        await openEventSource(page, await page.evaluate<string>(`address.${scheme}`))
        // It ends, and is read again.
        const [first, second] = await untilSeen(page, 2)
        expect([first!.data, second!.data]).to.deep.equal(['x', 'x'])
      })
    }
  })
}
