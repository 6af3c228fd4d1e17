import { expect } from 'chai'
import { json } from 'node:stream/consumers'
import { parseTrust } from '../../src/http/request/proxies.ts'
import { listen } from '../support/http/listener.ts'
import { request, type Asked } from '../support/http/request.ts'
import { requireProgram } from '../support/run/programs.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'
import { startReverseProxy, type ReverseProxy } from './reverse-proxy.ts'
import { DOCUMENTED, LEAST } from './sites.ts'

/** Seconds in which a proxy of these tests gives a quiet connection up, in place of its fifty or sixty. */
const PROXY_TIMEOUT_S = 1

for (const [name, site] of Object.entries({ ...LEAST, ...DOCUMENTED })) {
  describe(`behind ${name}`, () => {
    let teahouse: Teahouse
    let proxy: ReverseProxy | undefined
    before(function () {
      requireProgram(this, site.program.command)
    })
    afterEach(async () => {
      await proxy?.stop()
      proxy = undefined
      await teahouse.stop()
      expect(teahouse.failures).to.deep.equal([])
    })

    async function start(options: Parameters<typeof startTeahouse>[0] = {}, seconds?: number): Promise<void> {
      teahouse = await startTeahouse({ trustProxy: parseTrust('127.0.0.1'), ...options })
      proxy = await startReverseProxy(site, teahouse.url, seconds)
    }

    const ask = (method: string, path: string, asked: Asked = {}) => request(proxy!.url + path, { method, ...asked })

    async function say(text: string, headers: Record<string, string> = {}, from?: string): Promise<number> {
      const spoken = { headers: { 'Content-Type': 'text/plain', ...headers }, body: text, from }
      const { status, close } = await ask('POST', '/chat', spoken)
      close()
      return status
    }

    it('the clock ticks, and a client that leaves is noticed', async () => {
      await start({ clockMs: 100 })
      const clock = await listen(`${proxy!.url}/stream`)
      const dates = (await clock.until(5)).map(({ data }) => Date.parse(data))
      expect(Date.now() - dates.at(-1)!, 'a date is fresh when it comes').to.be.below(1000)
      clock.close()
      await until(() => teahouse.hub.size === 0)
    })

    it('a message arrives at once, and what was missed when a client comes back', async () => {
      await start()
      const first = await listen(`${proxy!.url}/chat?format=json`)
      await first.until(1, 'roster')
      expect(await say('heard')).to.equal(201)
      await first.until(1)
      first.close()
      for (const text of ['missed', 'missed too']) await say(text)
      const second = await listen(`${proxy!.url}/chat?format=json`, { 'Last-Event-ID': first.lastEventId })
      await second.until(2)
      expect(second.data('message').map(({ text }) => text)).to.deep.equal(['missed', 'missed too'])
      expect(second.data('ready')[0]).to.include({ resume: 'resumed', replayed: 2 })
      second.close()
    })

    it('what was missed arrives, also when it is long and the client takes gzip', async () => {
      await start()
      for (let n = 0; n < 5; n++) await say(`${n} ${'茶'.repeat(500)}`)
      const listener = await listen(`${proxy!.url}/chat?format=json&since=start`, { 'Accept-Encoding': 'gzip' })
      expect(listener.headers).not.to.have.property('content-encoding')
      await listener.until(5)
      listener.close()
    })

    it('a name is taken, and the cookie proves it', async () => {
      await start()
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const { status, headers } = await ask('POST', '/addUser', { headers: form, body: 'name=bob' })
      expect(status).to.equal(200)
      const [cookie] = headers['set-cookie']!
      const { body } = await ask('GET', '/me', { headers: { Cookie: cookie!.split(';')[0]! } })
      expect(await json(body)).to.include({ name: 'bob' })
    })

    it('a quiet stream outlives the timeouts of the proxy, by its heartbeats', async () => {
      await start({ heartbeatMs: 250 }, PROXY_TIMEOUT_S)
      const listener = await listen(`${proxy!.url}/chat?format=json`)
      await listener.until(12, 'heartbeat')
      expect(listener.ended).to.equal(false)
      await say('still there?')
      await listener.until(1)
      listener.close()
    })

    if (site.program.hasTimeouts) {
      it('a quiet stream without heartbeats would not', async () => {
        await start({ heartbeatMs: 60_000 }, PROXY_TIMEOUT_S)
        await listen(`${proxy!.url}/chat`)
        await until(() => teahouse.hub.size === 1)
        await until(() => teahouse.hub.size === 0)
      })
    }

    it('streams are told of a drain, and end', async () => {
      await start()
      const listeners = await Promise.all(Array.from({ length: 5 }, () => listen(`${proxy!.url}/chat?format=json`)))
      for (const listener of listeners) await listener.until(1, 'roster')
      await teahouse.stop()
      await until(() => listeners.every(({ ended }) => ended))
      for (const listener of listeners) expect(listener.data('closing')).to.have.length(1)
      teahouse = await startTeahouse()
    })

    if (name in LEAST) return

    it('each client has its own address, whatever it claims', async () => {
      await start()
      const key = { 'Idempotency-Key': 'k' }
      expect(await say('hi', key, '127.0.0.2')).to.equal(201)
      expect(await say('hi', key, '127.0.0.3')).to.equal(201)
      expect(await say('hi', key, '127.0.0.2')).to.equal(200)
      expect(await say('hi', { ...key, 'X-Forwarded-For': '192.0.2.1' }, '127.0.0.2')).to.equal(200)
    })

    it('our own pages may speak, and foreign ones not', async () => {
      await start()
      expect(await say('hi', { Origin: proxy!.url })).to.equal(201)
      expect(await say('hi', { Origin: 'https://evil.example' })).to.equal(403)
    })

    it('the cookie is for TLS alone when the client has TLS', async () => {
      await start()
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const { headers } = await ask('POST', '/addUser', { headers: form, body: 'name=bob' })
      expect(/; secure;/.test(headers['set-cookie']![0]!)).to.equal(site.protocol === 'https')
    })
  })
}
