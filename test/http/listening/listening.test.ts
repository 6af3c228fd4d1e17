import { expect } from 'chai'
import { postForm, postText, takeName } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

describe('GET /chat', () => {
  let teahouse: Teahouse
  let chat: string
  beforeEach(async () => {
    teahouse = await startTeahouse({ replayLimit: 20 })
    chat = `${teahouse.url}/chat`
  })
  afterEach(() => teahouse.stop())

  async function say(count: number, from = 1): Promise<string[]> {
    const ids: string[] = []
    for (let n = from; n < from + count; n++)
      ids.push((await postForm(chat, { name: 'bob', message: `m${n}` })).json.id)
    return ids
  }
  const texts = (events: { data: string }[]) => events.map(({ data }) => (JSON.parse(data) as { text: string }).text)

  describe('as text', () => {
    it('sends what a form says to everyone, in words, as the first program did', async () => {
      const listener = await listen(chat)
      await listener.until(1)
      const { json } = await postForm(chat, { name: 'bob', message: 'hi' })
      await listener.until(2)
      const head = json.id.replace(/\d+$/, '0')
      expect(listener.text).to.equal(
        `retry: 3000\ndata: 已连接至服务器\nid: ${head}\n\ndata: bob说:hi\nid: ${json.id}\n\n`,
      )
    })

    it('speaks English to who reads English', async () => {
      const listener = await listen(chat, { 'Accept-Language': 'en' })
      await postForm(chat, { name: 'bob', message: 'hi' })
      const events = await listener.until(2)
      expect(events.map(({ data }) => data)).to.deep.equal(['Connected', 'bob: hi'])
    })

    it('sends an anonymous text as it stands, a data line for each of its lines', async () => {
      const listener = await listen(chat)
      await listener.until(1)
      await postText(chat, 'one\r\ntwo\rthree\n\nfive')
      const [, event] = await listener.until(2)
      expect(event?.data).to.equal('one\ntwo\nthree\n\nfive')
      expect(listener.text).to.include('\ndata: one\ndata: two\ndata: three\ndata: \ndata: five\nid: ')
    })

    it('tells everyone who has taken a name', async () => {
      const listener = await listen(chat)
      await takeName(teahouse.url, 'alice')
      const [, event] = await listener.until(2)
      expect(event?.data).to.equal('欢迎alice的加入')
      expect(event?.id).to.equal(undefined)
    })

    it('says when something can no longer be sent', async () => {
      const listener = await listen(chat, { 'Last-Event-ID': 'other-7' })
      const [, event] = await listener.until(2)
      expect(event?.data).to.equal('有些消息已无法补发')
      expect(event?.id).to.match(/-0$/)
    })
  })

  describe('as JSON', () => {
    const json = (query = '', headers = {}) => listen(`${chat}?format=json${query}`, headers)

    it('begins with a verdict, then the roster', async () => {
      const listener = await json()
      await listener.until(1, 'roster')
      expect(listener.events.map(({ event }) => event)).to.deep.equal(['ready', 'roster'])
      const head = `${await epochOf(teahouse.store)}-0`
      expect(listener.data('ready')).to.deep.equal([{ room: 'lobby', resume: 'live', replayed: 0, head }])
      expect(listener.data('roster')).to.deep.equal([{ count: 1, users: [], guests: 1 }])
    })

    it('sends a message as the POST answered it', async () => {
      const listener = await json()
      await listener.until(1, 'ready')
      const answer = await postText(chat, 'a\nb')
      const [event] = await listener.until(1, 'message')
      expect(event?.id).to.equal(answer.json.id)
      expect(JSON.parse(event!.data)).to.deep.equal(answer.json)
    })

    it('resumes after the id of the header, which wins over the query', async () => {
      const ids = await say(5)
      const listener = await json(`&since=${ids[0]}`, { 'Last-Event-ID': ids[2]! })
      expect(texts(await listener.until(2, 'message'))).to.deep.equal(['m4', 'm5'])
      expect(listener.data('ready')).to.deep.equal([{ room: 'lobby', resume: 'resumed', replayed: 2, head: ids[4] }])
    })

    it('resumes after the id of the query', async () => {
      const ids = await say(3)
      const listener = await json(`&since=${ids[1]}`)
      expect(texts(await listener.until(1, 'message'))).to.deep.equal(['m3'])
    })

    it('starts from the first entry when asked to', async () => {
      await say(3)
      const listener = await json('&since=start')
      expect(texts(await listener.until(3, 'message'))).to.deep.equal(['m1', 'm2', 'm3'])
      expect(listener.data('ready')[0]).to.include({ resume: 'resumed', replayed: 3 })
    })

    it('resumes at once after a post that has just been answered', async () => {
      for (let n = 0; n < 50; n++) {
        const [id] = await say(1, n)
        const listener = await json(`&since=${id}`)
        await listener.until(1, 'ready')
        expect(listener.data('ready')[0]).to.include({ resume: 'resumed', replayed: 0, head: id })
        listener.close()
      }
    })

    it('answers reset to a cursor of another epoch, ahead of the log, huge, or further back than a replay', async () => {
      const ids = await say(25)
      const epoch = await epochOf(teahouse.store)
      for (const id of ['other-1', `${epoch}-26`, `${epoch}-${'9'.repeat(40)}`, ids[3]!]) {
        const listener = await json('', { 'Last-Event-ID': id })
        const [ready] = await listener.until(1, 'ready')
        expect(JSON.parse(ready!.data), id).to.include({ resume: 'reset', replayed: 0, head: ids[24] })
        expect(ready!.id).to.equal(ids[24])
        listener.close()
      }
    })

    it('answers reset to a cursor further back than what is kept', async () => {
      const short = await startTeahouse({ keepEntries: 3 })
      const url = `${short.url}/chat`
      for (let n = 1; n <= 10; n++) await postText(url, `m${n}`)
      await short.store.sweep(Date.now())
      const epoch = await epochOf(short.store)
      const resume = async (since: string) => {
        const listener = await listen(`${url}?format=json&since=${since}`)
        await listener.until(1, 'roster')
        listener.close()
        return [listener.data('ready')[0]!.resume, texts(listener.events.filter(({ event }) => event === 'message'))]
      }
      expect(await resume(`${epoch}-6`)).to.deep.equal(['reset', []])
      expect(await resume(`${epoch}-7`)).to.deep.equal(['resumed', ['m8', 'm9', 'm10']])
      expect(await resume('start')).to.deep.equal(['resumed', ['m8', 'm9', 'm10']])
      await short.stop()
    })

    it('goes on without a hole after a reset', async () => {
      await say(2)
      const listener = await json('&since=other-1')
      await listener.until(1, 'ready')
      await say(2, 3)
      expect(texts(await listener.until(2, 'message'))).to.deep.equal(['m3', 'm4'])
    })

    it('keeps a quiet stream open with heartbeats', async () => {
      const quick = await startTeahouse({ heartbeatMs: 30 })
      const listener = await listen(`${quick.url}/chat?format=json`)
      const [first] = await listener.until(2, 'heartbeat')
      expect(JSON.parse(first!.data).at).to.match(/^\d{4}-\d\d-\d\dT/)
      expect(first!.id).to.equal(undefined)
      const text = await listen(`${quick.url}/chat`)
      await until(() => text.comments.length > 1)
      await quick.stop()
    })

    it('says goodbye with a time to come back when the server stops', async () => {
      const stopping = await startTeahouse()
      const listener = await listen(`${stopping.url}/chat?format=json`)
      await listener.until(1, 'roster')
      await stopping.stop()
      await until(() => listener.ended)
      const [closing] = listener.data<{ retry: number }>('closing')
      expect(listener.text).to.match(new RegExp(`retry: ${closing!.retry}\nevent: closing\n`))
    })
  })

  it('keeps rooms apart, and takes different spellings of a name as one room', async () => {
    const [tea, lobby] = await Promise.all([listen(`${teahouse.url}/rooms/Ｔea-茶/chat`), listen(chat)])
    await Promise.all([tea.until(1), lobby.until(1)])
    await postForm(`${teahouse.url}/rooms/${encodeURIComponent('tEA-茶')}/chat`, { name: 'bob', message: 'in' })
    await postForm(`${teahouse.url}/rooms/lobby/chat`, { name: 'bob', message: 'out' })
    expect((await tea.until(2))[1]?.data).to.equal('bob说:in')
    expect((await lobby.until(2))[1]?.data).to.equal('bob说:out')
  })

  it('has the headers that let a stream through', async () => {
    const listener = await listen(chat)
    expect(listener.status).to.equal(200)
    expect(listener.headers).to.include({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
  })
})
