import { expect } from 'chai'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../support/browser/browser.ts'
import {
  KINDS,
  openEventSource,
  openEventSourcePage,
  seenBy,
  untilSeen,
} from '../../support/browser/event-source-page.ts'
import { saying, sayingAll, startScriptedServer, type ScriptedServer } from '../../support/browser/scripted-server.ts'
import { until } from '../../support/until.ts'

const TYPE = { 'Content-Type': 'text/event-stream' }
const [CONNECTING, OPEN, CLOSED] = [0, 1, 2]

for (const kind of KINDS) {
  describe(`The connection of window.EventSource, ${kind}`, () => {
    let browser: Browser
    let server: ScriptedServer
    let page: Page
    before(async function () {
      browser = await launchBrowser(this)
      server = await startScriptedServer()
    })
    after(async () => {
      server?.stop()
      await browser?.close()
    })
    beforeEach(async () => void (page = await openEventSourcePage(browser, kind, server.url)))
    afterEach(() => page?.close())

    it('comes back with the last event id when the server ends the stream', async () => {
      server.on('/end', sayingAll('retry: 10\nid: 茶-1\ndata: a\n\nid: lost\n'), saying('data: b\n\n'))
      await openEventSource(page, '/end')
      const [first, second] = await untilSeen(page, 2)
      expect([first!.lastEventId, second!.lastEventId]).to.deep.equal(['茶-1', '茶-1'])
      const { headers } = server.requests('/end')[1]!
      expect(Buffer.from(String(headers['last-event-id']), 'latin1').toString()).to.equal('茶-1')
      const states = (await seenBy(page)).map(({ type, readyState }) => [type, readyState])
      expect(states).to.deep.equal([
        ['open', OPEN],
        ['message', OPEN],
        ['error', CONNECTING],
        ['open', OPEN],
        ['message', OPEN],
      ])
    })

    it('comes back when the connection breaks in the middle', async () => {
      let cut = (): void => {}
      const broken = (_: unknown, response: ServerResponse) => {
        response.writeHead(200, TYPE).write('retry: 10\nid: 1\ndata: a\n\ndata: half')
        cut = () => response.destroy()
      }
      server.on('/break', broken, saying('data: b\n\n'))
      await openEventSource(page, '/break')
      // What a broken connection still carried may be lost with it.
      await untilSeen(page, 1)
      cut()
      await untilSeen(page, 2)
      expect(server.requests('/break')[1]!.headers['last-event-id']).to.equal('1')
      expect((await untilSeen(page, 2)).map(({ data }) => data)).to.deep.equal(['a', 'b'])
    })

    it('waits as long as the server says before it comes back', async () => {
      let endedAt = 0
      const brief = (_: unknown, response: ServerResponse) => {
        endedAt = performance.now()
        response.writeHead(200, TYPE).end('retry: 3200\n\n')
      }
      server.on('/retry', brief, saying('data: back\n\n'))
      await openEventSource(page, '/retry')
      await untilSeen(page, 1)
      // Longer than what a browser waits when it is told nothing.
      expect(server.requests('/retry')[1]!.at - endedAt).to.be.at.least(3200)
    })

    it('keeps trying while nobody answers', async () => {
      let refused = 0
      const refusing = (_: unknown, response: ServerResponse) => void (++refused, response.destroy())
      server.on('/refuse', sayingAll('retry: 10\n\n'), refusing, refusing, refusing, saying('data: at last\n\n'))
      await openEventSource(page, '/refuse')
      await untilSeen(page, 1)
      expect(refused).to.be.at.least(3)
      expect((await seenBy(page)).filter(({ type }) => type === 'open')).to.have.length(2)
    })

    for (const [what, status, type] of [
      ['204', 204, undefined],
      ['404', 404, 'text/event-stream'],
      ['503', 503, 'text/event-stream'],
      ['another type', 200, 'text/plain'],
      ['no type', 200, undefined],
      ['a type that only begins alike', 200, 'text/event-streams'],
    ] as const) {
      it(`stops for good at ${what}`, async () => {
        const path = `/stop-${what.replaceAll(' ', '-')}`
        const stopping = (_: unknown, response: ServerResponse) => {
          response.writeHead(status, type === undefined ? {} : { 'Content-Type': type }).end('data: x\n\n')
        }
        server.on(path, sayingAll('retry: 10\n\n'), stopping)
        server.on('/after', sayingAll('retry: 10\n\n'))
        await openEventSource(page, path)
        await untilSeen(page, 2, 'error')
        expect(await page.evaluate('source.readyState')).to.equal(CLOSED)
        // Another one, as impatient, comes back several times meanwhile.
        const others = server.requests('/after').length
        await page.evaluate(`window.other = new EventSource('/after')`)
        await until(() => server.requests('/after').length >= others + 4)
        expect(server.requests(path)).to.have.length(2)
        expect((await seenBy(page)).map((event) => event.type)).to.deep.equal(['open', 'error', 'error'])
      })
    }

    it('closes for good when the page is stopped while it is open', async () => {
      server.on('/stopped', saying('retry: 5\n\ndata: x\n\n'))
      server.on('/others', sayingAll('retry: 5\n\n'))
      await openEventSource(page, '/stopped')
      await untilSeen(page, 1)
      await page.evaluate('window.stop()')
      expect((await untilSeen(page, 1, 'error'))[0]!.readyState).to.equal(CLOSED)
      // Another one, as impatient, comes back several times meanwhile.
      const others = server.requests('/others').length
      await page.evaluate(`window.other = new EventSource('/others')`)
      await until(() => server.requests('/others').length >= others + 4)
      expect(server.requests('/stopped')).to.have.length(1)
    })

    it('takes a type with parameters, in any case', async () => {
      server.on('/typed', (_, response) => {
        response.writeHead(200, { 'Content-Type': 'Text/Event-Stream ; charset=UTF-8' }).write('data: 茶\n\n')
      })
      await openEventSource(page, '/typed')
      expect((await untilSeen(page, 1))[0]!.data).to.equal('茶')
    })

    it('closes the connection, and hears nothing more, not even what had arrived', async () => {
      let closed: Promise<unknown> = Promise.reject(new Error('not asked'))
      closed.catch(() => {})
      server.on('/close', (_, response) => {
        closed = once(response, 'close')
        response.writeHead(200, TYPE).write('data: 1\n\ndata: 2\n\ndata: 3\n\n')
      })
      await page.evaluate(`
        window.heard = []
        window.source = new EventSource('/close')
        source.onerror = () => heard.push('error')
        source.onmessage = ({ data }) => { heard.push(data); source.close(); heard.push(source.readyState) }
      `)
      await until(() => server.requests('/close').length > 0)
      await closed
      expect(await page.evaluate('heard')).to.deep.equal(['1', CLOSED])
    })

    it('does not come back once it is closed while it waits', async () => {
      server.on('/waiting', sayingAll('retry: 10\n\n'))
      server.on('/meanwhile', sayingAll('retry: 10\n\n'))
      await page.evaluate(`
        window.source = new EventSource('/waiting')
        source.onerror = () => {
          source.close()
          window.other = new EventSource('/meanwhile')
        }
      `)
      await until(() => server.requests('/meanwhile').length >= 4)
      expect(server.requests('/waiting')).to.have.length(1)
    })

    it('keeps on through megabytes, each event once', async () => {
      const events = Array.from({ length: 60 }, (_, index) => `id: ${index + 1}\ndata: ${'茶'.repeat(50_000)}\n\n`)
      server.on('/much', (request, response) => {
        response.writeHead(200, TYPE)
        response.write(`retry: 10\n\n${events.slice(Number(request.headers['last-event-id'] ?? 0)).join('')}`)
      })
      await page.evaluate(`
        window.ids = []
        window.source = new EventSource('/much')
        source.onmessage = ({ lastEventId, data }) => ids.push(data.length === 50000 ? lastEventId : 'cut')
      `)
      await until(async () => (await page.evaluate<string[]>('ids')).length >= 60)
      expect(await page.evaluate('ids')).to.deep.equal(events.map((_, index) => String(index + 1)))
    })
  })
}
