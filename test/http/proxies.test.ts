import { expect } from 'chai'
import { parseTrust } from '../../src/http/request/proxies.ts'
import { postForm, postText } from '../support/http/client.ts'
import { skipWithout } from '../support/run/missing.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { IS_HTTP2 } from '../support/http/transport.ts'

describe('a trusted proxy', () => {
  let teahouse: Teahouse | undefined
  afterEach(stop)

  async function stop(): Promise<void> {
    await teahouse?.stop()
    teahouse = undefined
  }

  async function start(trusted: string, host = '127.0.0.1'): Promise<void> {
    await stop()
    teahouse = await startTeahouse({ host, trustProxy: parseTrust(trusted) })
  }

  /** Says the same again with the same key: who is at the same address says nothing new. */
  async function isNew(forwardedFor?: string): Promise<boolean> {
    const told: Record<string, string> = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor }
    const { status } = await postText(`${teahouse!.url}/chat`, 'hi', { 'Idempotency-Key': 'k', ...told })
    expect(status).to.be.oneOf([200, 201])
    return status === 201
  }

  async function cookie(headers: Record<string, string>): Promise<string> {
    const { headers: answered } = await postForm(`${teahouse!.url}/addUser`, { name: 'bob' }, headers)
    return answered.get('set-cookie')!
  }

  it('tells the address of its client', async () => {
    await start('loopback')
    expect(await isNew('192.0.2.1')).to.equal(true)
    expect(await isNew('192.0.2.2')).to.equal(true)
    expect(await isNew('192.0.2.1')).to.equal(false)
    expect(await isNew(), 'the proxy itself').to.equal(true)
  })

  it('is nobody unless it is named', async () => {
    for (const trusted of ['', '192.0.2.9', '10.0.0.0/8, 2001:db8::/32']) {
      await start(trusted)
      expect(await isNew()).to.equal(true)
      expect(await isNew('192.0.2.1')).to.equal(false)
      expect(await isNew('192.0.2.9')).to.equal(false)
    }
  })

  it('passes on what its client claims, which is not believed', async () => {
    await start('127.0.0.1')
    expect(await isNew('192.0.2.1')).to.equal(true)
    for (const claimed of ['192.0.2.2', '127.0.0.1', '127.0.0.1, 192.0.2.3', 'unknown', '', '"><script>'])
      expect(await isNew(`${claimed}, 192.0.2.1`), claimed).to.equal(false)
  })

  it('may stand behind others, each of which has to be trusted too', async () => {
    await start('loopback, 10.0.0.0/8')
    expect(await isNew('192.0.2.1')).to.equal(true)
    expect(await isNew('192.0.2.7, 192.0.2.1, 10.1.2.3, 10.0.0.1')).to.equal(false)
    expect(await isNew('192.0.2.1, 11.0.0.1, 10.0.0.1')).to.equal(true)
    expect(await isNew('11.0.0.1')).to.equal(false)
  })

  it('that tells what is no address is taken for its client', async () => {
    await start('loopback')
    expect(await isNew()).to.equal(true)
    for (const nonsense of ['unknown', '', ',', '192.0.2.1:443, nonsense', 'é', '192.0.2.1 192.0.2.2'])
      expect(await isNew(Buffer.from(nonsense).toString('latin1')), nonsense).to.equal(false)
  })

  it('may be at an address of IPv6, and so may its client', async function () {
    try {
      await start('::1', '::1')
    } catch {
      skipWithout(this, 'IPv6')
    }
    expect(await isNew('2001:db8::1')).to.equal(true)
    expect(await isNew('2001:db8::2')).to.equal(true)
    expect(await isNew('2001:db8::2, 2001:db8::1')).to.equal(false)
    await start('loopback', '::1')
    expect(await isNew('2001:db8::1')).to.equal(true)
    expect(await isNew()).to.equal(true)
  })

  it('that comes by IPv4 to a socket of IPv6 is the same', async function () {
    try {
      await start('127.0.0.1', '::')
    } catch {
      skipWithout(this, 'IPv6')
    }
    teahouse!.url = teahouse!.url.replace('[::]', '127.0.0.1')
    expect(await isNew('192.0.2.1')).to.equal(true)
    expect(await isNew()).to.equal(true)
  })

  it('tells whether its client has TLS, and only then the cookie is for TLS alone', async () => {
    for (const [trusted, told, isSecure] of [
      ['loopback', 'https', true],
      ['loopback', 'https, http', true],
      ['loopback', 'http', false],
      ['loopback', '', IS_HTTP2],
      ['', 'https', IS_HTTP2],
      ['', 'http', IS_HTTP2],
      ['192.0.2.1', 'https', IS_HTTP2],
    ] as const) {
      await start(trusted)
      expect(/; secure;/.test(await cookie({ 'X-Forwarded-Proto': told })), `${trusted} ${told}`).to.equal(isSecure)
    }
  })

  it('that has ended TLS has no page of ours without it', async () => {
    await start('loopback')
    const { host } = new URL(teahouse!.url)
    const post = async (origin: string, proto: string) =>
      (await postText(`${teahouse!.url}/chat`, 'hi', { Origin: origin, 'X-Forwarded-Proto': proto })).status
    expect(await post(`https://${host}`, 'https')).to.equal(201)
    expect(await post(`http://${host}`, 'https')).to.equal(403)
    expect(await post(`http://${host}`, 'http')).to.equal(201)
    expect(await post(`https://${host}`, 'http')).to.equal(201)
  })
})
