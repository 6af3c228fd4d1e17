import { expect } from 'chai'
import { postForm, postText, send, sendJson, takeName, type Answer } from '../../support/http/client.ts'
import { startTeahouse } from '../../support/teahouse.ts'

const statuses = (answers: Answer[]) => answers.map(({ status }) => status)

describe('the pace of posts', () => {
  it('lets an address post so often, and then refuses it with 429 and Retry-After', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 3, seconds: 60 } } })
    const answers: Answer[] = []
    for (let count = 0; count < 5; count++) answers.push(await postText(`${teahouse.url}/chat`, 'hi'))
    expect(statuses(answers)).to.deep.equal([201, 201, 201, 429, 429])
    const { json, headers } = answers.at(-1)!
    expect(json.code).to.equal('too_fast')
    expect(Number(headers.get('retry-after'))).to.be.within(1, 60)
    expect((await send(`${teahouse.url}/messages`)).json.messages).to.have.length(3)
    await teahouse.stop()
  })

  it('counts the taking of names as well, before it reads them', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 2, seconds: 60 } } })
    const name = '\u0301'.repeat(20_000)
    const answers: Answer[] = []
    for (let count = 0; count < 4; count++) answers.push(await postForm(`${teahouse.url}/addUser`, { name }))
    expect(statuses(answers)).to.deep.equal([400, 400, 429, 429])
    await teahouse.stop()
  })

  it('answers the retry of a message that is stored, however often, and no other post with a key', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 1, seconds: 60 } } })
    const post = (key: string, text: string) => postText(`${teahouse.url}/chat`, text, { 'Idempotency-Key': key })
    const first = await post('a', 'hi')
    const again = [await post('a', 'hi'), await post('a', 'hi')]
    expect(again.map(({ status, json }) => [status, json.id])).to.deep.equal([
      [200, first.json.id],
      [200, first.json.id],
    ])
    expect(statuses([await post('b', 'hi'), await post('a', 'hey'), await post('a', '')])).to.deep.equal([
      429, 429, 429,
    ])
    await teahouse.stop()
  })

  it('takes posts again after the time that it said', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 1, seconds: 1 } } })
    const post = () => postText(`${teahouse.url}/chat`, 'hi')
    expect((await post()).status).to.equal(201)
    let answer = await post()
    const begun = performance.now()
    while (answer.status === 429) answer = await post()
    expect(answer.status).to.equal(201)
    expect(performance.now() - begun).to.be.below(5000)
    await teahouse.stop()
  })

  it('counts posts, edits and deletions of a session together, and another session by itself', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerSession: { count: 4, seconds: 60 } } })
    const { url } = teahouse
    const [bob, ann] = [await takeName(url, 'bob'), await takeName(url, 'ann')]
    const { json } = await postForm(`${url}/chat`, { message: 'one' }, bob)
    const message = `${url}/messages/${json.id}`
    expect((await sendJson(message, { message: 'two' }, bob, 'PATCH')).status).to.equal(200)
    expect((await send(message, { method: 'DELETE', headers: bob })).status).to.equal(204)
    expect((await postText(`${url}/rooms/tea/chat`, 'three', bob)).status).to.equal(201)
    const more = [
      await postText(`${url}/chat`, 'four', bob),
      await sendJson(message, { message: 'five' }, bob, 'PATCH'),
      await send(message, { method: 'DELETE', headers: bob }),
      await postText(`${url}/chat`, 'hi', ann),
    ]
    expect(statuses(more)).to.deep.equal([429, 429, 429, 201])
    await teahouse.stop()
  })

  it('counts typing with the posts of a session', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerSession: { count: 2, seconds: 60 } } })
    const bob = await takeName(teahouse.url, 'bob')
    const type = () => send(`${teahouse.url}/typing`, { method: 'POST', headers: bob })
    expect(statuses([await type(), await type(), await type()])).to.deep.equal([204, 204, 429])
    await teahouse.stop()
  })

  it('counts the giving up of a name as well', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 1, seconds: 60 } } })
    const bob = await takeName(teahouse.url, 'bob')
    expect((await send(`${teahouse.url}/me`, { method: 'DELETE', headers: bob })).status).to.equal(429)
    expect((await send(`${teahouse.url}/me`, { headers: bob })).status).to.equal(200)
    await teahouse.stop()
  })

  it('gives back, in the page that answers a form without a script, what was refused', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 1, seconds: 60 } } })
    const submit = (message: string) =>
      postForm(`${teahouse.url}/chat`, { name: 'bob', message }, { Accept: 'text/html,*/*' })
    expect((await submit('hi')).status).to.equal(200)
    const { status, text } = await submit('too soon')
    expect(status).to.equal(429)
    expect(text).to.match(/<textarea[^>]*>\ntoo soon<\/textarea>/)
    expect(text).to.include('value="bob"')
    await teahouse.stop()
  })

  it('is not for readers', async () => {
    const teahouse = await startTeahouse({ limits: { postsPerAddress: { count: 1, seconds: 60 } } })
    for (let count = 0; count < 5; count++) expect((await send(`${teahouse.url}/messages`)).status).to.equal(200)
    expect((await postText(`${teahouse.url}/chat`, 'hi')).status).to.equal(201)
    await teahouse.stop()
  })
})

describe('the pace of reading', () => {
  for (const path of ['/messages', '/users', '/rooms', '/', '/rooms/tea', '/me', '/messages?after=CURSOR']) {
    it(`refuses ${path} with 429 and Retry-After once an address has read too often`, async () => {
      const teahouse = await startTeahouse({ limits: { readsPerAddress: { count: 2, seconds: 60 } } })
      const { cursor } = (await send(`${teahouse.url}/messages`)).json
      const read = () => send(`${teahouse.url}${path.replace('CURSOR', cursor)}`)
      expect((await read()).status).not.to.equal(429)
      const { status, headers } = await read()
      expect(status).to.equal(429)
      expect(Number(headers.get('retry-after'))).to.be.within(1, 60)
      await teahouse.stop()
    })
  }

  it('counts a session by itself', async () => {
    const teahouse = await startTeahouse({ limits: { readsPerSession: { count: 1, seconds: 60 } } })
    const [bob, ann] = [await takeName(teahouse.url, 'bob'), await takeName(teahouse.url, 'ann')]
    const answers: Answer[] = []
    for (const headers of [bob, bob, ann]) answers.push(await send(`${teahouse.url}/users`, { headers }))
    for (let count = 0; count < 2; count++) answers.push(await send(`${teahouse.url}/users`))
    expect(statuses(answers)).to.deep.equal([200, 429, 200, 200, 200])
    await teahouse.stop()
  })

  it('does not count assets, probes, exports, waits or posts', async () => {
    const teahouse = await startTeahouse({ limits: { readsPerAddress: { count: 1, seconds: 3600 } } })
    const { cursor } = (await send(`${teahouse.url}/messages`)).json
    const ask = (path: string, headers = {}) => send(`${teahouse.url}${path}`, { headers })
    const answers: Answer[] = []
    for (let count = 0; count < 2; count++) {
      for (const path of ['/healthz', '/readyz', '/embed.js']) answers.push(await ask(path))
      answers.push(await ask('/messages', { Accept: 'application/x-ndjson' }))
      answers.push(await ask(`/messages?wait=1&after=${cursor}`))
    }
    expect(statuses(answers)).to.deep.equal(answers.map(() => 200))
    expect((await postText(`${teahouse.url}/chat`, 'hi')).status).to.equal(201)
    expect((await ask('/users')).status).to.equal(429)
    await teahouse.stop()
  })
})

describe('the limit of rooms', () => {
  it('opens so many, refuses the next with 503 and Retry-After, and opens it once another is left', async () => {
    const teahouse = await startTeahouse({ limits: { rooms: 2 }, sweepMs: 20, graceMs: 1 })
    const listen = async (room: string) => {
      const controller = new AbortController()
      const response = await fetch(`${teahouse.url}/rooms/${room}/chat`, { signal: controller.signal })
      if (response.status !== 200) return { response, close: () => {} }
      await response.body!.getReader().read()
      return { response, close: () => controller.abort() }
    }
    const [one, two] = [await listen('one'), await listen('two')]
    const three = await listen('three')
    expect(three.response.status).to.equal(503)
    expect(((await three.response.json()) as { code: string }).code).to.equal('rooms_full')
    expect(Number(three.response.headers.get('retry-after'))).to.be.above(0)
    const again = await listen('two')
    expect(again.response.status).to.equal(200)

    expect((await postForm(`${teahouse.url}/addUser`, { name: 'bob', room: 'four' })).status).to.equal(200)
    expect([...teahouse.rooms]).to.have.length(2)
    expect((await postText(`${teahouse.url}/rooms/five/chat`, 'to nobody')).status).to.equal(201)

    one.close()
    let next = await listen('three')
    while (next.response.status === 503) next = await listen('three')
    expect(next.response.status).to.equal(200)
    for (const listener of [two, again, next]) listener.close()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })
})

describe('the limit of rooms of one address', () => {
  it('refuses to open another room for an address that has opened so many, and no one else', async () => {
    const limits = { roomsPerAddress: 2 }
    const teahouse = await startTeahouse({ limits, sweepMs: 20, graceMs: 1, trustProxy: () => true })
    const open = async (room: string, address: string) => {
      const controller = new AbortController()
      const headers = { 'X-Forwarded-For': address }
      const { signal } = controller
      const response = await fetch(`${teahouse.url}/rooms/${room}/chat?format=json`, { signal, headers })
      const text = response.status === 200 ? '' : await response.text()
      if (response.status === 200) await response.body!.getReader().read()
      return { status: response.status, text, close: () => controller.abort() }
    }
    const [bad, good] = ['192.0.2.1', '192.0.2.2']
    const streams = [await open('one', bad), await open('two', bad), await open('three', good)]
    const refused = await open('four', bad)
    expect([refused.status, (JSON.parse(refused.text) as { code: string }).code]).to.deep.equal([503, 'rooms_full'])
    // Into a room that is open already it may go, whoever has opened that.
    streams.push(await open('three', bad), await open('four', good))
    expect(streams.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200])
    streams[0]!.close()
    let next = await open('five', bad)
    while (next.status === 503) next = await open('five', bad)
    expect(next.status).to.equal(200)
    for (const stream of [...streams, next]) stream.close()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })
})

describe('the limit of a body', () => {
  it('takes what is as large as it may be, and answers one byte more with 413', async () => {
    const teahouse = await startTeahouse({ limits: { bodyBytes: 1000 } })
    expect((await postText(`${teahouse.url}/chat`, 'x'.repeat(1000))).status).to.equal(201)
    const { status, json } = await postText(`${teahouse.url}/chat`, 'x'.repeat(1001))
    expect([status, json.code]).to.deep.equal([413, 'too_large'])
    expect((await postForm(`${teahouse.url}/addUser`, { name: 'x'.repeat(1000) })).status).to.equal(413)
    await teahouse.stop()
  })

  it('has room for the longest text in the longest encoding', async () => {
    const teahouse = await startTeahouse()
    const form = await postForm(`${teahouse.url}/chat`, { message: '🍵'.repeat(8000), name: '🍵'.repeat(16) })
    expect(form.status).to.equal(201)
    await teahouse.stop()
  })
})
