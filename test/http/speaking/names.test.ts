import { expect } from 'chai'
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
    expect((await sendJson(`${url}/addUser`, { name: '{"x":1}' })).json.name).to.equal('{"x":1}')
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

  it('gives the name up', async () => {
    const bob = await takeName(url, 'bob')
    const { status, headers } = await send(`${url}/me`, { method: 'DELETE', headers: bob })
    expect(status).to.equal(204)
    expect(headers.get('set-cookie')).to.match(/^teahouse=; path=\/; expires=Thu, 01 Jan 1970/)
    expect((await send(`${url}/me`, { headers: bob })).status).to.equal(401)
    expect((await postForm(`${url}/addUser`, { name: 'bob' })).status).to.equal(200)
  })
})
