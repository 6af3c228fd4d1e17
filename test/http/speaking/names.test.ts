import { expect } from 'chai'
import { request } from 'undici'
import { postForm, send, sendJson, takeName } from '../../support/http/client.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { IS_HTTP2 } from '../../support/http/transport.ts'

describe('POST /addUser', () => {
  let teahouse: Teahouse
  let url: string
  beforeEach(async () => {
    teahouse = await startTeahouse()
    url = teahouse.url
  })
  afterEach(() => teahouse.stop())

  it('gives a name, a token and a cookie', async () => {
    const { status, json, headers } = await postForm(`${url}/addUser`, { name: ' bob ' })
    expect(status).to.equal(200)
    expect(json).to.include({ success: 'ok', name: 'bob' })
    expect(json.token).to.match(/^[\w-]{32}$/)
    const cookie = headers.get('set-cookie')
    expect(cookie).to.match(
      new RegExp(`^teahouse=${json.token}; path=/; expires=.*; samesite=lax;${IS_HTTP2 ? ' secure;' : ''} httponly$`),
    )
  })

  it('answers a name with a quote in JSON that is still JSON', async () => {
    const name = `"'\\<b>&`
    expect((await postForm(`${url}/addUser`, { name })).json.name).to.equal(name)
    expect((await sendJson(`${url}/addUser`, { name: '{"x"}' })).json.name).to.equal('{"x"}')
  })

  it('refuses a name that somebody else holds', async () => {
    await takeName(url, 'bob')
    const { status, json } = await postForm(`${url}/addUser`, { name: 'ＢＯＢ' })
    expect(status).to.equal(409)
    expect(json).to.deep.equal({ success: 'fail', code: 'name_taken', msg: '用户名重复' })
  })

  it('gives the same session the same name again', async () => {
    const { json } = await postForm(`${url}/addUser`, { name: 'bob' })
    for (const [header, value] of [
      ['Authorization', `Bearer ${json.token}`],
      ['Cookie', `teahouse=${json.token}`],
    ] as const) {
      const again = await postForm(`${url}/addUser`, { name: 'BOB' }, { [header]: value })
      expect(again.json).to.deep.equal(json)
    }
  })

  it('lets one of many who race for a name have it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => postForm(`${url}/addUser`, { name: 'bob' })))
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    expect(answers.filter(({ status }) => status === 409)).to.have.length(19)
  })

  it('refuses what looks like a name that somebody else holds', async () => {
    await takeName(url, 'ellen')
    await takeName(url, 'René')
    for (const name of ['eIIen', 'e11en', 'Rene\u034F\u0301', 'Rene\u200D\u0301', 'Rene\u3164\u0301'])
      expect((await postForm(`${url}/addUser`, { name })).json.code, name).to.equal('name_taken')
    expect((await postForm(`${url}/addUser`, { name: 'еllen' })).json.code).to.equal('bad_name')
    for (const name of ['eIIen', 'Rene\u034F\u0301'])
      expect((await postForm(`${url}/chat`, { name, message: 'hi' })).json.code, name).to.equal('name_held')
    expect((await postForm(`${url}/chat`, { name: 'еllen', message: 'hi' })).json.code).to.equal('bad_name')
  })

  it('gives nobody the names of the server', async () => {
    for (const name of [
      'system',
      'SYSTEM',
      'ＳＹＳＴＥＭ',
      'Teahouse',
      '茶馆',
      '匿名',
      'anonyrnous',
      'guest',
      '访客',
      '系统',
      'Adm1n',
    ]) {
      const taken = await postForm(`${url}/addUser`, { name })
      expect([taken.status, taken.json.code], name).to.deep.equal([409, 'name_taken'])
      const said = await postForm(`${url}/chat`, { name, message: 'hi' })
      expect([said.status, said.json.code], name).to.deep.equal([403, 'name_held'])
    }
    expect((await postForm(`${url}/addUser`, { name: 'systems' })).status).to.equal(200)
  })

  it('gives a session that asks for what looks like its name the name that it has', async () => {
    const ellen = await takeName(url, 'ellen')
    expect((await postForm(`${url}/addUser`, { name: 'eIIen' }, ellen)).json.name).to.equal('ellen')
    expect((await postForm(`${url}/chat`, { name: 'ELLEN', message: 'hi' }, ellen)).json.name).to.equal('ellen')
  })

  it('frees the first name of a session that takes another', async () => {
    const bob = await takeName(url, 'bob')
    expect((await postForm(`${url}/addUser`, { name: 'rob' }, bob)).status).to.equal(200)
    expect((await postForm(`${url}/addUser`, { name: 'bob' })).status).to.equal(200)
  })
})

describe('/me', () => {
  let teahouse: Teahouse
  let url: string
  beforeEach(async () => {
    teahouse = await startTeahouse()
    url = teahouse.url
  })
  afterEach(() => teahouse.stop())

  it('tells a session its name', async () => {
    const bob = await takeName(url, 'bob')
    expect((await send(`${url}/me`, { headers: bob })).json).to.include({ name: 'bob' })
  })

  it('answers 401 without a session, with a forged token or a truncated one', async () => {
    const { Authorization: bearer } = await takeName(url, 'bob')
    for (const Authorization of ['', 'Bearer x', bearer.slice(0, -1), `${bearer}x`, 'Basic Ym9iOmJvYg==', 'Bearer ']) {
      const { status, json } = await send(`${url}/me`, { headers: { Authorization } })
      expect([status, json.code], Authorization).to.deep.equal([401, 'no_session'])
    }
  })

  it('gives a browser its cookie for another full time, as its pages do', async () => {
    const DAYS_30_MS = 30 * 24 * 60 * 60 * 1000
    const { json } = await postForm(`${url}/addUser`, { name: 'bob' })
    const renewed = async (path: string, headers: Record<string, string>) =>
      (await send(`${url}${path}`, { headers })).headers.get('set-cookie')
    for (const path of ['/me', '/', '/rooms/tea']) {
      const before = Date.now()
      const cookie = await renewed(path, { Cookie: `teahouse=${json.token}` })
      const [, token, expires] = /^teahouse=([\w-]+); path=\/; expires=([^;]+); samesite=lax;/.exec(cookie ?? '') ?? []
      expect(token, path).to.equal(json.token)
      // A cookie's time has no milliseconds.
      expect(Date.parse(expires!), path).to.be.within(before + DAYS_30_MS - 1000, Date.now() + DAYS_30_MS)
      expect(await renewed(path, { Authorization: `Bearer ${json.token}` }), path).to.equal(null)
      expect(await renewed(path, {}), path).to.equal(null)
      expect(await renewed(path, { Cookie: 'teahouse=gone' }), path).to.equal(null)
    }
    expect(await renewed('/?view=embed', { Cookie: `teahouse=${json.token}` })).to.equal(null)
  })

  it('renews the cookie also of a browser that has the page', async () => {
    const { json } = await postForm(`${url}/addUser`, { name: 'bob' })
    const Cookie = `teahouse=${json.token}`
    const etag = (await send(`${url}/`, { headers: { Cookie } })).headers.get('etag')!
    const { statusCode, headers } = await request(`${url}/`, { headers: { Cookie, 'If-None-Match': etag } })
    expect(statusCode).to.equal(304)
    expect(String(headers['set-cookie'])).to.match(/^teahouse=[\w-]{32}; /)
  })

  it('gives the name up', async () => {
    const bob = await takeName(url, 'bob')
    const { status, headers } = await send(`${url}/me`, { method: 'DELETE', headers: bob })
    expect(status).to.equal(204)
    expect(headers.get('set-cookie')).to.match(/^teahouse=; path=\/; expires=Thu, 01 Jan 1970/)
    expect((await send(`${url}/me`, { headers: bob })).status).to.equal(401)
    expect((await postForm(`${url}/addUser`, { name: 'bob' })).status).to.equal(200)
  })
})
