import { expect } from 'chai'
import { request, type Response } from '../../support/http/request.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

const FRIEND = 'https://friend.example'

describe('other origins', () => {
  let teahouse: Teahouse
  let own: string
  before(async () => {
    teahouse = await startTeahouse({ corsOrigins: [FRIEND] })
    own = teahouse.url
  })
  after(() => teahouse.stop())

  /** Not fetch, which decides by itself what stands in these headers. */
  async function ask(method: string, path: string, headers: Record<string, string>): Promise<Response> {
    const body = method === 'POST' ? 'hi' : undefined
    const response = await request(`${own}${path}`, { method, headers, body })
    response.close()
    return response
  }
  const post = (headers: Record<string, string>) => ask('POST', '/chat', { 'Content-Type': 'text/plain', ...headers })

  it('may not make a browser speak here', async () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'nonsense' },
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ] as Record<string, string>[])
      expect((await post(headers)).status, JSON.stringify(headers)).to.equal(403)
    const foreign = { Origin: 'https://evil.example' }
    expect((await ask('DELETE', '/me', foreign)).status).to.equal(403)
    expect((await ask('PATCH', '/messages/e-1', foreign)).status).to.equal(403)
    expect((await ask('POST', '/addUser', foreign)).status).to.equal(403)
  })

  it('lets our own pages, scripts and listed origins speak', async () => {
    for (const headers of [
      {},
      { Origin: own },
      { Origin: own.replace('http:', 'https:') },
      { 'Sec-Fetch-Site': 'same-origin', Origin: own },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: FRIEND, 'Sec-Fetch-Site': 'cross-site' },
    ] as Record<string, string>[])
      expect((await post(headers)).status, JSON.stringify(headers)).to.equal(201)
  })

  it('get CORS answers when they are listed, and none when they are not', async () => {
    const stream = await ask('GET', '/chat', { Origin: FRIEND })
    expect(stream.headers).to.include({ 'access-control-allow-origin': FRIEND })
    expect((await ask('GET', '/chat', { Origin: 'https://evil.example' })).headers).not.to.have.property(
      'access-control-allow-origin',
    )
    const wanted = { 'Access-Control-Request-Method': 'PATCH', 'Access-Control-Request-Headers': 'authorization' }
    const preflight = await ask('OPTIONS', '/messages/e-1', { Origin: FRIEND, ...wanted })
    expect(preflight.status).to.equal(204)
    expect(preflight.headers['access-control-allow-methods']).to.include('PATCH')
    expect(preflight.headers['access-control-allow-headers']).to.include('Idempotency-Key')
    const refused = await ask('POST', '/chat', { Origin: FRIEND })
    expect(refused.headers).to.include({ 'access-control-allow-origin': FRIEND })
  })

  it('are told in the headers of a page what it may do', async () => {
    for (const path of ['/', '/diagnostics']) {
      const { headers } = await ask('GET', path, {})
      expect(headers['content-security-policy']).to.match(/^default-src 'none';script-src 'self';/)
      expect(headers['content-security-policy']).not.to.include('unsafe')
      expect(headers).not.to.have.property('x-powered-by')
    }
    expect((await ask('GET', '/messages', {})).headers).to.include({ 'x-content-type-options': 'nosniff' })
  })
})
