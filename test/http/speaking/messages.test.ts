import { expect } from 'chai'
import { json } from 'node:stream/consumers'
import { postForm, postText, send, sendJson, takeName } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { request } from '../../support/http/request.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

interface Message {
  id: string
  text: string
  edited?: string
}

describe('/messages', () => {
  let teahouse: Teahouse
  let url: string
  let messages: string
  beforeEach(async () => {
    teahouse = await startTeahouse()
    url = teahouse.url
    messages = `${url}/messages`
  })
  afterEach(() => teahouse.stop())

  async function say(count: number): Promise<string[]> {
    const ids: string[] = []
    for (let n = 1; n <= count; n++) ids.push((await postText(`${url}/chat`, `m${n}`)).json.id)
    return ids
  }
  const texts = (list: Message[]) => list.map(({ text }) => text)

  describe('GET', () => {
    it('answers an empty room with an empty page', async () => {
      const { json } = await send(messages)
      expect(json).to.deep.equal({ messages: [], cursor: `${await epochOf(teahouse.store)}-0`, more: false })
    })

    it('gives the newest messages, oldest first, and pages before them', async () => {
      const ids = await say(7)
      const newest = (await send(`${messages}?limit=3`)).json
      expect(texts(newest.messages)).to.deep.equal(['m5', 'm6', 'm7'])
      expect(newest).to.include({ cursor: ids[6], more: true })
      const middle = (await send(`${messages}?limit=3&before=${newest.messages[0].id}`)).json
      expect(texts(middle.messages)).to.deep.equal(['m2', 'm3', 'm4'])
      expect(middle.more).to.equal(true)
      const oldest = (await send(`${messages}?limit=3&before=${middle.messages[0].id}`)).json
      expect(texts(oldest.messages)).to.deep.equal(['m1'])
      expect(oldest.more).to.equal(false)
    })

    it('gives fewer at a time when they are long, and misses none', async () => {
      const said = Array.from({ length: 30 }, (_, number) => `${number} `.padEnd(8000, '茶'))
      for (const text of said) await postText(`${url}/chat`, text)
      const seen: string[] = []
      let page = (await send(`${messages}?limit=200`)).json
      const start = `${page.cursor.split('-')[0]}-0`
      while (page.more) {
        expect(page.messages).to.have.length(12)
        seen.unshift(...texts(page.messages))
        page = (await send(`${messages}?limit=200&before=${page.messages[0].id}`)).json
      }
      expect([...texts(page.messages), ...seen]).to.deep.equal(said)

      const polled: string[] = []
      let poll = (await send(`${messages}?after=${start}`)).json
      for (; poll.events.length > 0; poll = (await send(`${messages}?after=${poll.cursor}`)).json)
        polled.push(...texts(poll.events))
      expect(polled).to.deep.equal(said)
    })

    it('gives a cursor from which the stream goes on without a hole', async () => {
      await say(3)
      const { cursor } = (await send(messages)).json
      await say(2)
      const listener = await listen(`${url}/chat?format=json&since=${cursor}`)
      await listener.until(2, 'message')
      expect(texts(listener.data<Message>('message'))).to.deep.equal(['m1', 'm2'])
    })

    it('answers 304 to who has an older page, however much is said after it', async () => {
      const ids = await say(6)
      const page = `${messages}?limit=2&before=${ids[4]}`
      const etag = (await send(page)).headers.get('etag')!
      await say(3)
      expect((await send(page, { headers: { 'If-None-Match': etag } })).status).to.equal(304)
    })

    it('answers 200 again once such a page has been edited', async () => {
      const bob = await takeName(url, 'bob')
      const { id } = (await postForm(`${url}/chat`, { message: 'mine' }, bob)).json
      const ids = await say(2)
      const page = `${messages}?limit=2&before=${ids[0]}`
      const etag = (await send(page)).headers.get('etag')!
      await sendJson(`${messages}/${id}`, { message: 'changed' }, bob, 'PATCH')
      const answer = await send(page, { headers: { 'If-None-Match': etag } })
      expect(answer.status).to.equal(200)
      expect(texts(answer.json.messages)).to.deep.equal(['changed'])
    })

    it('says reset for a page before an id of another epoch', async () => {
      await say(1)
      expect((await send(`${messages}?before=other-5`)).json).to.deep.include({
        messages: [],
        more: false,
        reset: true,
      })
    })

    it('exports the whole room, an entry a line', async () => {
      const bob = await takeName(url, 'bob')
      const { author } = (await send(`${url}/me`, { headers: bob })).json
      const [kept, gone] = [
        (await postForm(`${url}/chat`, { message: 'one' }, bob)).json,
        (await postForm(`${url}/chat`, { message: 'two' }, bob)).json,
      ]
      await sendJson(`${messages}/${kept.id}`, { message: 'three' }, bob, 'PATCH')
      await send(`${messages}/${gone.id}`, { method: 'DELETE', headers: bob })
      const answer = await send(messages, { headers: { Accept: 'application/x-ndjson' } })
      expect(answer.headers.get('content-type')).to.equal('application/x-ndjson')
      const [message, erased, edited, deleted, ...more] = answer.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(message).to.deep.equal({ event: 'message', ...kept })
      expect(erased).to.deep.equal({ event: 'erased', id: gone.id, room: 'lobby', at: gone.at })
      expect(edited).to.include({ event: 'edited', message: kept.id, name: 'bob', author, text: 'three' })
      expect(deleted).to.include({ event: 'deleted', message: gone.id, name: 'bob', author })
      expect(deleted).not.to.have.property('text')
      expect(more).to.deep.equal([])
    })
  })

  describe('GET with after', () => {
    it('answers at once when there is something', async () => {
      const ids = await say(3)
      const { json } = await send(`${messages}?after=${ids[0]}&wait=60`)
      expect(texts(json.events)).to.deep.equal(['m2', 'm3'])
      expect(json.events[0].event).to.equal('message')
      expect(json.cursor).to.equal(ids[2])
    })

    it('waits until something comes', async () => {
      const [id] = await say(1)
      const answer = send(`${messages}?after=${id}&wait=60`)
      await until(async () => (await send(`${url}/users`)).json.guests === 1)
      await say(1)
      expect(texts((await answer).json.events)).to.deep.equal(['m1'])
      expect((await send(`${url}/users`)).json.count).to.equal(0)
    })

    it('answers with nothing after the time, and at once without one', async () => {
      const [id] = await say(1)
      for (const query of ['', '&wait=0', '&wait=1'])
        expect((await send(`${messages}?after=${id}${query}`)).json).to.deep.equal({ events: [], cursor: id })
    })

    it('says reset for a cursor of another epoch, or ahead', async () => {
      const [id] = await say(1)
      for (const after of [
        'other-0',
        `${await epochOf(teahouse.store)}-2`,
        `${await epochOf(teahouse.store)}-${'9'.repeat(30)}`,
      ])
        expect((await send(`${messages}?after=${after}&wait=60`)).json).to.deep.equal({
          events: [],
          cursor: id,
          reset: true,
        })
    })

    it('is answered when the server stops', async () => {
      const stopping = await startTeahouse()
      const { cursor } = (await send(`${stopping.url}/messages`)).json
      const answer = request(`${stopping.url}/messages?after=${cursor}&wait=60`)
      await until(async () => (await send(`${stopping.url}/users`)).json.guests === 1)
      await stopping.stop()
      expect(await json((await answer).body)).to.deep.equal({ events: [], cursor })
    })

    it('forgets a client that goes away while it waits', async () => {
      const [id] = await say(1)
      const leaving = new AbortController()
      const answer = fetch(`${messages}?after=${id}&wait=60`, { signal: leaving.signal }).catch(() => 'gone')
      await until(async () => (await send(`${url}/users`)).json.guests === 1)
      leaving.abort()
      expect(await answer).to.equal('gone')
      await until(async () => (await send(`${url}/users`)).json.guests === 0)
    })
  })

  describe('PATCH and DELETE', () => {
    it('edits one’s own message, and tells everyone', async () => {
      const bob = await takeName(url, 'bob')
      const [text, json] = await Promise.all([listen(`${url}/chat`), listen(`${url}/chat?format=json`)])
      await json.until(1, 'roster')
      const { id } = (await postForm(`${url}/chat`, { message: 'one' }, bob)).json
      const answer = await sendJson(`${messages}/${id}`, { message: 'two' }, bob, 'PATCH')
      expect(answer.status).to.equal(200)
      expect(answer.json).to.include({ id, text: 'two', name: 'bob' })
      await json.until(1, 'edited')
      const [edited] = json.data('edited')
      expect(edited).to.include({ message: id, name: 'bob', text: 'two' })
      expect(edited).to.have.all.keys('id', 'message', 'name', 'author', 'text', 'at')
      await until(() => text.events.at(-1)?.data === 'bob改为:two')
      const [standing] = (await send(messages)).json.messages as Message[]
      expect(standing).to.include({ id, text: 'two', edited: edited!.at })
    })

    it('deletes one’s own message, and tells everyone', async () => {
      const bob = await takeName(url, 'bob')
      const { id } = (await postForm(`${url}/chat`, { message: 'one' }, bob)).json
      const listener = await listen(`${url}/chat?format=json&since=start`)
      await listener.until(1, 'message')
      const answer = await send(`${messages}/${id}`, { method: 'DELETE', headers: bob })
      expect([answer.status, answer.text]).to.deep.equal([204, ''])
      await listener.until(1, 'deleted')
      expect(listener.data('deleted')[0]).to.include({ message: id, name: 'bob' })
      expect((await send(messages)).json.messages).to.deep.equal([])
    })

    it('refuses somebody else’s message, a guest’s, a deleted one and an unknown one', async () => {
      const [bob, eve] = await Promise.all([takeName(url, 'bob'), takeName(url, 'eve')])
      const { id } = (await postForm(`${url}/chat`, { message: 'one' }, bob)).json
      const [guests] = await say(1)
      const attempt = async (which: string, headers: Record<string, string>) => {
        const patched = await sendJson(`${messages}/${which}`, { message: 'x' }, headers, 'PATCH')
        const deleted = await send(`${messages}/${which}`, { method: 'DELETE', headers })
        expect(deleted.json).to.deep.equal(patched.json)
        return [patched.status, patched.json.code]
      }
      expect(await attempt(id, eve)).to.deep.equal([403, 'not_your_message'])
      expect(await attempt(id, {})).to.deep.equal([403, 'not_your_message'])
      expect(await attempt(guests!, bob)).to.deep.equal([403, 'not_your_message'])
      expect(await attempt('other-1', bob)).to.deep.equal([404, 'unknown_message'])
      expect(await attempt(`${await epochOf(teahouse.store)}-99`, bob)).to.deep.equal([404, 'unknown_message'])
      expect(await attempt('nonsense', bob)).to.deep.equal([400, 'bad_cursor'])
      await send(`${messages}/${id}`, { method: 'DELETE', headers: bob })
      expect(await attempt(id, bob)).to.deep.equal([410, 'message_deleted'])
      expect((await sendJson(`${messages}/${guests}`, { message: ' ' }, bob, 'PATCH')).status).to.equal(400)
    })

    it('does not let the next holder of a name edit what the last one said', async () => {
      const first = await takeName(url, 'bob')
      const { id } = (await postForm(`${url}/chat`, { message: 'one' }, first)).json
      await send(`${url}/me`, { method: 'DELETE', headers: first })
      const second = await takeName(url, 'bob')
      expect((await sendJson(`${messages}/${id}`, { message: 'x' }, second, 'PATCH')).status).to.equal(403)
    })
  })
})
