import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
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
import { saying, startScriptedServer, type ScriptedServer } from '../../support/browser/scripted-server.ts'
import { until } from '../../support/until.ts'

const TYPE = { 'Content-Type': 'text/event-stream' }

describe('GET /eventsource.js', () => {
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
  afterEach(() => page?.close())

  it('is under 4 KB compressed', () => {
    const script = readFileSync(new URL('../../../dist/views/eventsource.js', import.meta.url))
    expect(gzipSync(script).length).to.be.below(4096)
  })

  it('leaves a browser its own EventSource', async () => {
    page = await openEventSourcePage(browser, 'native', server.url)
    expect(await page.evaluate('String(EventSource)')).to.contain('[native code]')
  })

  for (const kind of KINDS) {
    describe(`window.EventSource, ${kind}`, () => {
      beforeEach(async () => void (page = await openEventSourcePage(browser, kind, server.url)))

      it('has the members that the standard gives it', async () => {
        const members = await page.evaluate(`(() => {
          const source = new EventSource('/nowhere?a#b', { withCredentials: true })
          source.close()
          const { url, withCredentials, readyState, onopen, onmessage, onerror, CONNECTING, OPEN, CLOSED } = source
          return {
            url, withCredentials, readyState, onopen, onmessage, onerror,
            ofInstance: [CONNECTING, OPEN, CLOSED],
            ofClass: [EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED],
            name: EventSource.name,
            text: String(source),
            isEventTarget: source instanceof EventTarget,
            isEventSource: source instanceof EventSource,
            plain: new EventSource('').withCredentials,
          }
        })()`)
        expect(members).to.deep.equal({
          url: `${server.url}/nowhere?a#b`,
          withCredentials: true,
          readyState: 2,
          onopen: null,
          onmessage: null,
          onerror: null,
          ofInstance: [0, 1, 2],
          ofClass: [0, 1, 2],
          name: 'EventSource',
          text: '[object EventSource]',
          isEventTarget: true,
          isEventSource: true,
          plain: false,
        })
      })

      it('refuses what is no URL with a SyntaxError', async () => {
        const name = await page.evaluate(
          `(() => { try { new EventSource('http://[') } catch (error) { return error.name } })()`,
        )
        expect(name).to.equal('SyntaxError')
      })

      it('calls handlers and listeners in turn, whatever one of them throws', async () => {
        server.on('/handlers', saying('data: 1\n\ndata: 2\n\n'))
        await page.evaluate(`
          window.calls = []
          window.source = new EventSource('/handlers')
          source.addEventListener('message', () => calls.push('first'))
          source.onmessage = () => calls.push('replaced')
          source.addEventListener('message', { handleEvent() { calls.push('object') } })
          source.onmessage = function ({ data, target }) {
            calls.push('handler ' + data + (this === source && target === source))
            throw new Error('of the page')
          }
          source.onopen = () => calls.push('open ' + source.readyState)
          source.addEventListener('message', () => calls.push('once'), { once: true })
          source.onerror = 'no function'
        `)
        await until(async () => (await page.evaluate<string[]>('calls')).length >= 8)
        const first = ['open 1', 'first', 'handler 1true', 'object', 'once']
        expect(await page.evaluate('calls')).to.deep.equal([...first, 'first', 'handler 2true', 'object'])
        expect(await page.evaluate('source.onerror')).to.equal(null)
      })

      it('reads every rule of the format, one byte at a time', async () => {
        server.on('/bytes', async (_, response) => trickle(response.writeHead(200, TYPE), FORMAT))
        await openEventSource(page, '/bytes', ['named', 'constructor'])
        await untilSeen(page, 1, 'named')
        await untilSeen(page, 1, 'error')
        const events = (await seenBy(page)).filter(({ data }) => data !== undefined)
        expect(events.map(({ type, data, lastEventId }) => [type, data, lastEventId])).to.deep.equal(FORMAT_MEANS)
        expect(new Set(events.map(({ origin }) => origin))).to.deep.equal(new Set([server.url]))
      })

      it('tells the origin of where the events come from', async () => {
        const elsewhere = await startScriptedServer()
        const allowed = { ...TYPE, 'Access-Control-Allow-Origin': '*' }
        elsewhere.on('/there', (_, response) => response.writeHead(200, allowed).write('data: there\n\n'))
        await openEventSource(page, `${elsewhere.url}/there`)
        expect((await untilSeen(page, 1))[0]!.origin).to.equal(elsewhere.url)
        elsewhere.stop()
      })

      it('follows a redirection, and keeps its own url', async () => {
        server.on('/moved', (_, response) => response.writeHead(307, { Location: '/here' }).end())
        server.on('/here', saying('data: here\n\n'))
        await openEventSource(page, '/moved')
        expect((await untilSeen(page, 1))[0]).to.include({ data: 'here', origin: server.url })
        expect(await page.evaluate('source.url')).to.equal(`${server.url}/moved`)
      })

      it('asks for an event stream that is not from a cache', async () => {
        server.on('/asks', saying('data: x\n\n'))
        await openEventSource(page, '/asks')
        await untilSeen(page, 1)
        const { headers } = server.requests('/asks')[0]!
        expect(headers).to.include({ accept: 'text/event-stream', 'cache-control': 'no-cache' })
        expect(headers).not.to.have.property('last-event-id')
      })

      it('delivers an event as soon as its last byte has come', async () => {
        for (const [name, end] of Object.entries({ lf: '\n', cr: '\r', crlf: '\r\n' })) {
          server.on(`/end-${name}`, saying(`data: now${end}${end}`))
          await openEventSource(page, `/end-${name}`)
          expect((await untilSeen(page, 1))[0]!.data).to.equal('now')
          await page.evaluate('source.close()')
        }
      })
    })
  }
})

/** Two bytes that arrive in one piece would hide what a cut between them does. */
async function trickle(response: ServerResponse, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    response.write(Buffer.of(byte))
    await nextTurn()
  }
  response.end()
}

const FORMAT = Buffer.from(
  [
    '\uFEFFdata: after the mark\n\n',
    ': a comment\n:\ndata: 茶馆 🍵 é\n\n',
    'data: cr\r\rdata: crlf\r\n\r\n',
    'data\ndata: two\ndata:  three\n\n',
    'event: named\ndata:no space\n\n',
    'event: unnamed\nevent\ndata: the last name counts\n\n',
    'event: named\n\ndata: a name without data is forgotten\n\n',
    'data\n\n',
    'id: 1\ndata: with id\n\ndata: keeps the id\n\n',
    'id: 2\n\ndata: an id without data counts\n\n',
    'id: 3\0\ndata: NUL in an id\n\n',
    'id: 茶-4\ndata: an id of any letters\n\nid\ndata: an empty id\n\n',
    'Data: case counts\n data: so does space\ndata : here too\nother: field\nretry: 1x\ndata: y\n\n',
    '\uFEFFdata: a mark only counts at the start\n\n',
    'event: constructor\ndata: __proto__\n\n',
    'data: a:b: c\n\n',
    'data: never finished\nid: 9\n',
  ].join(''),
)

const FORMAT_MEANS = [
  ['message', 'after the mark', ''],
  ['message', '茶馆 🍵 é', ''],
  ['message', 'cr', ''],
  ['message', 'crlf', ''],
  ['message', '\ntwo\n three', ''],
  ['named', 'no space', ''],
  ['message', 'the last name counts', ''],
  ['message', 'a name without data is forgotten', ''],
  ['message', '', ''],
  ['message', 'with id', '1'],
  ['message', 'keeps the id', '1'],
  ['message', 'an id without data counts', '2'],
  ['message', 'NUL in an id', '2'],
  ['message', 'an id of any letters', '茶-4'],
  ['message', 'an empty id', ''],
  ['message', 'y', ''],
  ['constructor', '__proto__', ''],
  ['message', 'a:b: c', ''],
]
