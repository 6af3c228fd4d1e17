import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postForm, postText, send, takeName } from '../../support/http/client.ts'
import { listen, type Listener } from '../../support/http/listener.ts'
import { letPass } from '../../support/redis/chosen-store.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

interface Roster {
  count: number
  users?: string[]
  guests: number
}

describe('presence', () => {
  let teahouse: Teahouse
  let url: string
  const start = async (options: Parameters<typeof startTeahouse>[0] = {}) => {
    teahouse = await startTeahouse({ graceMs: 40, announceMs: 10, typingMs: 60_000, ...options })
    url = teahouse.url
  }
  afterEach(() => teahouse.stop())

  const open = async (headers: Record<string, string> = {}, room = ''): Promise<Listener> => {
    const listener = await listen(`${url}${room}/chat?format=json`, headers)
    await listener.until(1, 'roster')
    return listener
  }
  const users = async (room = '') => (await send(`${url}${room}/users`)).json as Roster
  const names = (listener: Listener, event: string) => listener.data<{ name: string }>(event).map(({ name }) => name)
  const roster = (listener: Listener) => listener.data<Roster>('roster').at(-1)!

  it('counts who listens, the named and the guests', async () => {
    await start()
    const bob = await takeName(url, 'bob')
    await open(bob)
    await open()
    const last = await open()
    expect(roster(last)).to.deep.equal({ count: 3, users: ['bob'], guests: 2 })
    expect(await users()).to.deep.equal({ count: 3, users: ['bob'], guests: 2 })
    expect(await users('/rooms/tea')).to.deep.equal({ count: 0, users: [], guests: 0 })
  })

  it('says once that somebody has joined and left, however many tabs they have', async () => {
    await start()
    const watcher = await open()
    const [bob, carol] = [await takeName(url, 'bob', 'elsewhere'), await takeName(url, 'carol', 'elsewhere')]
    const tabs = [await open(bob), await open(bob), await open(bob)]
    tabs[0]!.close()
    tabs[1]!.close()
    const carols = await open(carol)
    carols.close()
    // When Carol has had the time to leave, Bob, who has a tab yet, would have had it too.
    await watcher.until(1, 'left')
    expect(names(watcher, 'left')).to.deep.equal(['carol'])
    expect((await users()).users).to.deep.equal(['bob'])
    tabs[2]!.close()
    await watcher.until(2, 'left')
    expect(names(watcher, 'joined')).to.deep.equal(['bob', 'carol'])
    expect(names(watcher, 'left')).to.deep.equal(['carol', 'bob'])
  })

  it('takes somebody who has taken a name here for being here, for a while', async () => {
    await start()
    const watcher = await open()
    await takeName(url, 'bob')
    await watcher.until(1, 'joined')
    await watcher.until(1, 'left')
  })

  it('does not notice somebody who comes back within the grace', async () => {
    await start({ graceMs: 10_000 })
    const watcher = await open()
    const bob = await takeName(url, 'bob')
    for (let n = 0; n < 3; n++) (await open(bob)).close()
    const again = await open(bob)
    await postText(`${url}/chat`, 'now')
    await watcher.until(1, 'message')
    expect(names(watcher, 'joined')).to.deep.equal(['bob'])
    expect(names(watcher, 'left')).to.deep.equal([])
    again.close()
  })

  it('takes a long poll for being here', async () => {
    await start()
    const bob = await takeName(url, 'bob')
    const { cursor } = (await send(`${url}/messages`)).json
    const poll = send(`${url}/messages?after=${cursor}&wait=60`, { headers: bob })
    await until(async () => (await users()).users!.includes('bob'))
    await postText(`${url}/chat`, 'x')
    await poll
    await until(async () => (await users()).users!.length === 0)
  })

  it('tells of a crowd once in a while, and above 200 names in counts alone', async () => {
    await start({ announceMs: 30, graceMs: 10_000 })
    const watcher = await open()
    const text = await listen(`${url}/chat`)
    await Promise.all(Array.from({ length: 260 }, (_, n) => postForm(`${url}/addUser`, { name: `n${n}` })))
    await until(() => roster(watcher).count === 262)
    expect(roster(watcher)).to.deep.equal({ count: 262, guests: 2 })
    expect(names(watcher, 'joined').length).to.be.at.most(200)
    expect(text.events.length).to.be.at.most(201)
    const late = await open()
    expect(roster(late)).to.deep.equal({ count: 263, guests: 3 })
    expect((await users()).users).to.have.length(260)
  })

  it('tells the others that somebody is typing, once in a while, and stores nothing of it', async () => {
    await start()
    const bob = await takeName(url, 'bob')
    const watcher = await open()
    for (let n = 0; n < 5; n++) {
      const { status } = await send(`${url}/typing`, { method: 'POST', headers: bob })
      expect(status).to.equal(204)
    }
    await postText(`${url}/chat`, 'done')
    await watcher.until(1, 'message')
    expect(names(watcher, 'typing')).to.deep.equal(['bob'])
    expect((await send(`${url}/messages`)).json.messages).to.have.length(1)
    const guest = await send(`${url}/typing`, { method: 'POST' })
    expect([guest.status, guest.json.code]).to.deep.equal([401, 'no_session'])
  })

  describe('when a session is over', () => {
    it('goes on as a guest’s stream, which is told so', async () => {
      await start({ graceMs: 60_000 })
      const bob = await takeName(url, 'bob')
      const [own, watcher] = [await open(bob), await open()]
      await send(`${url}/me`, { method: 'DELETE', headers: bob })
      await watcher.until(1, 'left')
      await own.until(1, 'session')
      expect(own.data('session')).to.deep.equal([{ name: null }])
      expect(watcher.data('session')).to.deep.equal([])
      expect(await users()).to.deep.equal({ count: 2, users: [], guests: 2 })
      await postText(`${url}/chat`, 'still there?')
      await own.until(1, 'message')
    })

    it('is told so too when it expires, but not while it listens', async () => {
      await start({ nameLifetimeMs: 1000 * 60 * 60 * 24 })
      const day = 1000 * 60 * 60 * 24
      const [bob, eve] = [await takeName(url, 'bob'), await takeName(url, 'eve')]
      const own = await open(bob)
      for (const days of [0.9, 0.6]) {
        await letPass(days * day)
        await teahouse.sweep()
      }
      expect((await send(`${url}/me`, { headers: bob })).status).to.equal(200)
      expect((await send(`${url}/me`, { headers: eve })).status).to.equal(401)
      await letPass(4 * day)
      await teahouse.store.sweep()
      await own.until(1, 'session')
      expect((await users()).users).to.deep.equal([])
    })

    it('goes on under the new name of a session that takes another', async () => {
      await start({ graceMs: 60_000 })
      const bob = await takeName(url, 'bob')
      const [own, watcher] = [await open(bob), await open()]
      await postForm(`${url}/addUser`, { name: 'rob' }, bob)
      await own.until(1, 'session')
      expect(own.data('session')).to.deep.equal([{ name: 'rob' }])
      await watcher.until(1, 'joined')
      await watcher.until(1, 'left')
      expect(watcher.data('left')).to.deep.equal([{ name: 'bob', now: 'rob' }])
      expect(watcher.data('joined')).to.deep.equal([{ name: 'rob', was: 'bob' }])
      expect((await users()).users).to.deep.equal(['rob'])
      expect((await postForm(`${url}/chat`, { message: 'me' }, bob)).json.name).to.equal('rob')
    })
  })

  describe('when a session takes another name', () => {
    it('never shows both names to who counts what comes', async () => {
      await start({ graceMs: 60_000, announceMs: 1 })
      const bob = await takeName(url, 'bob', 'elsewhere')
      const watcher = await open()
      await open(bob)
      await open(bob)
      for (const name of ['rob', 'robin']) {
        await postForm(`${url}/addUser`, { name }, bob)
        expect(await users()).to.deep.equal({ count: 2, users: [name], guests: 1 })
        await until(() => names(watcher, 'joined').includes(name))
        const moves = watcher.events.filter(({ event }) => event === 'joined' || event === 'left')
        const here = new Set<string>()
        for (const { event, data } of moves) {
          const { name: mover } = JSON.parse(data) as { name: string }
          if (event === 'joined') here.add(mover)
          else here.delete(mover)
          expect(here.size).to.be.at.most(1)
        }
        expect([...here]).to.deep.equal([name])
      }
    })

    it('is said in words as that, to who reads a text', async () => {
      await start({ graceMs: 60_000 })
      const bob = await takeName(url, 'bob', 'elsewhere')
      await open(bob)
      const [zh, en] = [await listen(`${url}/chat`), await listen(`${url}/chat`, { 'Accept-Language': 'en' })]
      for (const listener of [zh, en]) await listener.until(1)
      await postForm(`${url}/addUser`, { name: 'rob' }, bob)
      await postText(`${url}/chat`, 'done')
      await until(() => [zh, en].every(({ text }) => text.includes('done')))
      expect(zh.events.slice(1).map(({ data }) => data)).to.deep.equal(['bob改名为rob', 'done'])
      expect(en.events.slice(1).map(({ data }) => data)).to.deep.equal(['bob is now called rob', 'done'])
    })
  })

  it('keeps the new holder of a name when the end of the old session arrives late', async () => {
    await start({ graceMs: 60_000 })
    const watcher = await open()
    const old = { id: 'old', name: { text: 'bob', folded: 'bob' } }
    await open(await takeName(url, 'bob', 'elsewhere'))
    await watcher.until(1, 'joined')
    teahouse.rooms.changeSession(old, undefined)
    await postText(`${url}/chat`, 'now')
    await watcher.until(1, 'message')
    expect(names(watcher, 'left')).to.deep.equal([])
    expect(await users()).to.deep.equal({ count: 2, users: ['bob'], guests: 1 })
  })

  it('does not say that they have joined who come back after a restart', async () => {
    const data = mkdtempSync(join(tmpdir(), 'teahouse-'))
    await start({ data, graceMs: 60_000 })
    const [bob, eve] = [await takeName(url, 'bob', 'elsewhere'), await takeName(url, 'eve', 'elsewhere')]
    const before = [await open(bob), await open(eve)]
    const [cursor] = before.map(({ lastEventId }) => ({ 'Last-Event-ID': lastEventId }))
    await teahouse.stop()
    await start({ data, graceMs: 60_000 })
    const [one, two] = [await open({ ...bob, ...cursor }), await open({ ...eve, ...cursor })]
    const text = await listen(`${url}/chat`)
    await open(await takeName(url, 'new', 'elsewhere'))
    await until(() => names(one, 'joined').includes('new'))
    expect([names(one, 'joined'), names(two, 'joined')]).to.deep.equal([['new'], ['new']])
    for (const listener of [one, two]) expect(roster(listener)).to.deep.include({ users: ['bob', 'eve'] })
    await text.until(2)
    expect(text.events[1]!.data).to.equal('欢迎new的加入')
    after(() => rmSync(data, { recursive: true }))
  })

  it('opens no room for somebody who types or takes a name there', async () => {
    await start()
    const bob = await takeName(url, 'bob', 'new')
    expect((await send(`${url}/rooms/empty/typing`, { method: 'POST', headers: bob })).status).to.equal(204)
    expect([...teahouse.rooms]).to.deep.equal([])
  })

  it('works out the list of rooms once a second at the most, whoever asks', async () => {
    await start()
    const { log } = teahouse.store
    const rooms = log.rooms.bind(log)
    let count = 0
    log.rooms = (limit) => {
      count++
      return rooms(limit)
    }
    await Promise.all(Array.from({ length: 50 }, () => send(`${url}/rooms`)))
    expect(count).to.be.within(1, 2)
    await open({}, '/rooms/tea')
    await until(async () => (await send(`${url}/rooms`)).json.rooms.length === 1)
  })

  it('lists the rooms with someone in them or something said, busiest first', async () => {
    await start()
    await open({}, '/rooms/tea')
    await open({}, '/rooms/tea')
    await open({}, '/rooms/milk')
    await postText(`${url}/rooms/quiet/chat`, 'hello?')
    await send(`${url}/rooms/empty/messages`)
    const { rooms } = (await send(`${url}/rooms`)).json as {
      rooms: { room: string; count: number; head: string; at: string | null }[]
    }
    expect(rooms.map(({ room, count }) => [room, count])).to.deep.equal([
      ['tea', 2],
      ['milk', 1],
      ['quiet', 0],
    ])
    expect(rooms[2]!.head).to.match(/-1$/)
    expect(new Date(rooms[2]!.at!).getTime()).to.be.closeTo(Date.now(), 60_000)
    expect(rooms[0]!.at).to.equal(null)
  })

  it('closes a room that everybody has left, and opens it again', async () => {
    await start({ sweepMs: 10 })
    const listener = await open()
    listener.close()
    await until(() => teahouse.rooms.find('lobby') === undefined)
    expect(teahouse.hub.size).to.equal(0)
    await postText(`${url}/chat`, 'meanwhile')
    const again = await listen(`${url}/chat?format=json&since=start`)
    await again.until(1, 'message')
  })
})

describe('names over HTTP', () => {
  it('signs nobody out when the server starts again', async () => {
    const data = mkdtempSync(join(tmpdir(), 'teahouse-'))
    let teahouse = await startTeahouse({ data })
    const bob = await takeName(teahouse.url, 'bob')
    await teahouse.stop()
    teahouse = await startTeahouse({ data })
    expect((await send(`${teahouse.url}/me`, { headers: bob })).json.name).to.equal('bob')
    expect((await postForm(`${teahouse.url}/chat`, { name: 'bob', message: 'x' })).json.code).to.equal('name_held')
    await teahouse.stop()
    rmSync(data, { recursive: true })
  })

  it('keeps guests from speaking when it is told to', async () => {
    const teahouse = await startTeahouse({ guests: false })
    const bob = await takeName(teahouse.url, 'bob')
    const answers = [
      await postForm(`${teahouse.url}/chat`, { name: 'eve', message: 'x' }),
      await postText(`${teahouse.url}/chat`, 'x'),
      await postForm(`${teahouse.url}/chat`, { message: 'x' }, bob),
    ]
    expect(answers.map(({ status, json }) => [status, json.code])).to.deep.equal([
      [403, 'guests_off'],
      [403, 'guests_off'],
      [201, undefined],
    ])
    await teahouse.stop()
  })

  it('gives one address only so many names', async () => {
    const teahouse = await startTeahouse({ limits: { names: { count: 5, seconds: 3600 } } })
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await postForm(`${teahouse.url}/addUser`, { name: `n${n}` })).status)
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 429, 429])
    const { json, headers } = await postForm(`${teahouse.url}/addUser`, { name: 'more' })
    expect(json.code).to.equal('too_fast')
    expect(Number(headers.get('retry-after'))).to.be.within(1, 3600)
    await teahouse.stop()
  })

  it('reads the cookie among others, and in two headers', async () => {
    const teahouse = await startTeahouse()
    const token = (await takeName(teahouse.url, 'bob')).Authorization.slice('Bearer '.length)
    for (const cookies of [[`a=b; teahouse=${token}; c=d`], ['a=b', `teahouse=${token}`]]) {
      const headers = new Headers()
      for (const cookie of cookies) headers.append('Cookie', cookie)
      expect((await send(`${teahouse.url}/me`, { headers })).status).to.equal(200)
    }
    await teahouse.stop()
  })
})
