import { expect } from 'chai'
import { postForm, postText, send, sendJson, takeName } from '../../support/http/client.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { connectTo } from '../../support/http/transport.ts'
import { until } from '../../support/until.ts'

describe('POST /chat', () => {
  let teahouse: Teahouse
  let chat: string
  beforeEach(async () => {
    teahouse = await startTeahouse()
    chat = `${teahouse.url}/chat`
  })
  afterEach(() => teahouse.stop())

  const history = async () =>
    (await send(`${teahouse.url}/messages`)).json.messages as { text: string; name: string; guest: boolean }[]

  it('answers 201 with the message', async () => {
    const { status, json } = await postForm(chat, { name: ' bob ', message: ' hi\n\nyou ' })
    expect(status).to.equal(201)
    expect(json).to.have.all.keys('id', 'room', 'name', 'author', 'text', 'at', 'guest')
    expect(json).to.include({ room: 'lobby', name: 'bob', text: 'hi\n\nyou', guest: true })
    expect(json.id).to.match(/^[a-z0-9]+-1$/)
    expect(new Date(json.at as string).toISOString()).to.equal(json.at)
  })

  it('takes a form, JSON and plain text', async () => {
    await postForm(chat, { name: 'bob', message: 'form' })
    await sendJson(chat, { name: 'bob', message: 'json' })
    await postText(chat, 'text')
    expect((await history()).map(({ name, text }) => [name, text])).to.deep.equal([
      ['bob', 'form'],
      ['bob', 'json'],
      [null, 'text'],
    ])
  })

  it('takes a body in many small pieces', async () => {
    const body = `name=bob&message=${encodeURIComponent('茶馆 "quoted" \\ \u2028')}`
    const socket = connectTo(teahouse.url)
    const type = 'application/x-www-form-urlencoded'
    socket.write(`POST /chat HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`)
    for (const piece of body) {
      socket.write(piece)
      await new Promise(setImmediate)
    }
    await until(async () => (await history()).length === 1)
    expect((await history())[0]!.text).to.equal('茶馆 "quoted" \\')
    socket.destroy()
  })

  it('numbers the entries of a room without holes, whoever speaks at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => postText(chat, `m${n}`)))
    const numbers = answers.map(({ json }) => Number((json.id as string).split('-')[1])).toSorted((a, b) => a - b)
    expect(numbers).to.deep.equal(Array.from({ length: 100 }, (_, n) => n + 1))
  })

  it('lets a session speak under its own name alone', async () => {
    const bob = await takeName(teahouse.url, 'Bob')
    expect((await postForm(chat, { message: 'mine' }, bob)).json).to.include({ name: 'Bob', guest: false })
    expect((await postForm(chat, { message: 'mine', name: 'ｂｏｂ' }, bob)).json).to.include({
      name: 'Bob',
      guest: false,
    })
    expect((await postText(chat, 'mine', bob)).json).to.include({ name: 'Bob', guest: false })
    const other = await postForm(chat, { message: 'x', name: 'alice' }, bob)
    expect([other.status, other.json.code]).to.deep.equal([403, 'not_your_name'])
  })

  it('keeps a held name from guests, in every spelling', async () => {
    await takeName(teahouse.url, 'Bob Lee')
    for (const name of ['Bob Lee', 'bob lee', 'BOB  LEE', 'Ｂob Lee', 'B\u200Dob Lee', ' bob\u00A0lee ']) {
      const { status, json } = await postForm(chat, { name, message: 'x' })
      expect([status, json.code], name).to.deep.equal([403, 'name_held'])
    }
  })

  describe('with a key', () => {
    it('says it once, and answers 200 with the first message after that', async () => {
      const first = await postForm(chat, { name: 'bob', message: 'one' }, { 'Idempotency-Key': 'k-1' })
      const again = await postForm(chat, { name: 'bob', message: 'one', key: 'k-1' })
      expect([first.status, again.status]).to.deep.equal([201, 200])
      expect(again.json).to.deep.equal(first.json)
      expect(await history()).to.have.length(1)
    })

    it('takes another text of a guest for another message, so that no stranger uses up a key', async () => {
      const key = { 'Idempotency-Key': 'k-1' }
      expect((await postForm(chat, { name: 'ci', message: 'spam' }, key)).status).to.equal(201)
      expect((await postForm(chat, { name: 'ci', message: 'done' }, key)).json.text).to.equal('done')
      expect((await postText(chat, 'spam', key)).status).to.equal(201)
      expect((await postText(chat, 'done', key)).json.text).to.equal('done')
    })

    it('takes another text of a session for the same message', async () => {
      const bob = { ...(await takeName(teahouse.url, 'bob')), 'Idempotency-Key': 'k-1' }
      await postForm(chat, { message: 'one' }, bob)
      const again = await postForm(chat, { message: 'two' }, bob)
      expect([again.status, again.json.text]).to.deep.equal([200, 'one'])
    })

    it('says it once when both come at the same time', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => postText(chat, 'one', { 'Idempotency-Key': 'k' })))
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).to.deep.equal([200, 200, 201])
    })

    it('keeps the keys of different senders and rooms apart', async () => {
      const key = { 'Idempotency-Key': 'k' }
      const bob = await takeName(teahouse.url, 'bob')
      const answers = [
        await postForm(chat, { name: 'ann', message: 'a' }, key),
        await postForm(chat, { name: 'eve', message: 'b' }, key),
        await postForm(chat, { message: 'c' }, { ...key, ...bob }),
        await postForm(`${teahouse.url}/rooms/tea/chat`, { name: 'ann', message: 'd' }, key),
      ]
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201])
    })

    it('refuses a key that is none', async () => {
      for (const key of ['k'.repeat(65), 'a b', 'ä', 'a.b', '']) {
        const { status } = await postForm(chat, { name: 'bob', message: 'x', key })
        expect(status, key).to.equal(400)
      }
    })
  })
})
