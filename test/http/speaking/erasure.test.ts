import { expect } from 'chai'
import { postForm, postText, send, sendJson, takeName } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

describe('a deleted message', () => {
  const key = { 'Idempotency-Key': 'k-1' }
  let teahouse: Teahouse
  let url: string
  let bob: Record<string, string>
  let id: string
  let edit: string
  beforeEach(async () => {
    teahouse = await startTeahouse()
    url = teahouse.url
    bob = await takeName(url, 'bob')
  })
  afterEach(() => teahouse.stop())

  /** Says a message, edits it, and says another. */
  async function say(): Promise<void> {
    ;({ id } = (await postForm(`${url}/chat`, { message: 'SECRET one' }, { ...bob, ...key })).json)
    await sendJson(`${url}/messages/${id}`, { message: 'SECRET two' }, bob, 'PATCH')
    edit = id.replace(/\d+$/, (number) => String(Number(number) + 1))
    await postText(`${url}/chat`, 'another')
  }
  const remove = () => send(`${url}/messages/${id}`, { method: 'DELETE', headers: bob })

  it('is in no answer any more, in any form', async () => {
    await say()
    const epoch = id.split('-')[0]!
    const paths = ['/messages', `/messages?after=${epoch}-0`, '/', '/?view=read', '/rooms']
    const before = await Promise.all(paths.map(async (path) => (await send(`${url}${path}`)).text))
    expect(before.slice(0, 3).every((text) => text.includes('SECRET'))).to.equal(true)
    expect((await remove()).status).to.equal(204)
    for (const path of paths) expect((await send(`${url}${path}`)).text, path).not.to.contain('SECRET')
    const exported = await send(`${url}/messages`, { headers: { Accept: 'application/x-ndjson' } })
    expect(exported.text).not.to.contain('SECRET')
    const again = await postForm(`${url}/chat`, { message: 'SECRET one' }, { ...bob, ...key })
    expect([again.status, again.json]).to.deep.equal([200, { id, erased: true }])
  })

  it('is an erased entry, and so are its edits: in a poll, and in a stream from the start', async () => {
    await say()
    const { json } = await send(`${url}/messages?after=${id.split('-')[0]}-0`)
    const [message, edited] = json.events as { at: string }[]
    await remove()
    const expected = [
      { id, room: 'lobby', at: message!.at },
      { id: edit, room: 'lobby', at: edited!.at },
    ]
    const events = (await send(`${url}/messages?after=${id.split('-')[0]}-0`)).json.events as { event: string }[]
    expect(events.map(({ event }) => event)).to.deep.equal(['erased', 'erased', 'message', 'deleted'])
    expect(events.slice(0, 2)).to.deep.equal(expected.map((entry) => ({ event: 'erased', ...entry })))
    const listener = await listen(`${url}/chat?format=json&since=start`)
    await listener.until(1, 'deleted')
    expect(listener.data('erased')).to.deep.equal(expected)
    expect(listener.events.map(({ event }) => event).filter((event) => event !== 'roster')).to.deep.equal([
      'ready',
      'erased',
      'erased',
      'message',
      'deleted',
    ])
  })

  it('is not sent again from memory to a stream that comes later', async () => {
    const [json, text] = await Promise.all([listen(`${url}/chat?format=json`), listen(`${url}/chat`)])
    await say()
    await json.until(2, 'message')
    await remove()
    await json.until(1, 'deleted')
    for (const path of ['/chat?format=json&since=start', '/chat?since=start']) {
      const later = await listen(`${url}${path}`)
      await until(() => later.events.some(({ event, data }) => event === 'deleted' || data.includes('bob删除')))
      expect(JSON.stringify(later.events), path).not.to.contain('SECRET')
      expect(JSON.stringify(later.events), path).to.contain('another')
    }
    expect(JSON.stringify(json.events)).to.contain('SECRET')
    expect(JSON.stringify(text.events)).to.contain('SECRET')
  })

  it('is a block with only its id in a text stream', async () => {
    await say()
    await remove()
    const ended = new AbortController()
    const response = await fetch(`${url}/chat?since=start`, { signal: ended.signal })
    let seen = ''
    for await (const chunk of response.body!) {
      seen += Buffer.from(chunk).toString()
      if (seen.includes('bob删除')) break
    }
    ended.abort()
    expect(seen).to.contain(`\n\nid: ${id}\n\nid: ${edit}\n\ndata: `)
  })

  it('leaves its author, who keeps it under another name', async () => {
    await say()
    const { author } = (await send(`${url}/me`, { headers: bob })).json
    expect(author).to.match(/^[a-z0-9]{10}$/)
    await postForm(`${url}/addUser`, { name: 'robert' }, bob)
    expect((await send(`${url}/me`, { headers: bob })).json).to.include({ name: 'robert', author })
    expect((await postForm(`${url}/chat`, { message: 'hi' }, bob)).json).to.include({ name: 'robert', author })
    expect((await postForm(`${url}/chat`, { name: 'guest of honour', message: 'hi' })).json.author).to.equal(null)
    expect((await postText(`${url}/chat`, 'hi')).json.author).to.equal(null)
    await remove()
    const { messages } = (await send(`${url}/messages`)).json
    expect(messages.map((message: { author: string | null }) => message.author)).to.deep.equal([
      null,
      author,
      null,
      null,
    ])
  })
})
