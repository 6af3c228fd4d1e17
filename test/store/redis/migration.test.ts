import { expect } from 'chai'
import type { MessageDraft } from '../../../src/chat/log/room-log.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { StoreError } from '../../../src/store/store-error.ts'
import { epochOf } from '../../support/epoch.ts'
import { Commands, fillOldRoom, type OldEntry } from '../../support/redis/old-rooms.ts'
import { contentOf } from '../../support/redis/redis-content.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { sharedCluster } from '../../support/redis/shared-redis.ts'

const ANN = 'AbCdEfGh12345678'
const TIME = Date.now() - 60_000

;(hasRedis ? describe : describe.skip)('a Redis that 0.1.0 has written', () => {
  let redis: RedisServer
  let commands: Commands
  const stores: Store[] = []
  beforeEach(async () => {
    redis = await RedisServer.start({ appendfsync: 'everysec', rdbcompression: 'no' })
    commands = await Commands.to([redis])
  })
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()))
    commands.close()
    await redis.stop()
  })

  const open = async (urls = [redis.url]): Promise<Store> => {
    const store = await openRedisStore({ urls, nameLifetimeMs: 60_000 })
    stores.push(store)
    return store
  }
  const message = (text: string, more: Partial<OldEntry> = {}): OldEntry => ({
    event: 'message',
    name: 'ann',
    text,
    owner: ANN,
    at: TIME,
    ...more,
  })
  const guest = (text: string, said: string): OldEntry => ({ event: 'message', text, at: TIME, said })
  const changed = (event: 'edited' | 'deleted', of: number, text?: string): OldEntry => ({
    event,
    message: of,
    name: 'ann',
    owner: ANN,
    at: TIME + 1,
    ...(text !== undefined && { text }),
  })
  const lobby = [
    message('a "first" line\nand/a 茶馆 \u0001'),
    message('hush'),
    changed('edited', 1, 'first, changed'),
    changed('edited', 2, 'hush too'),
    changed('deleted', 2),
    guest('of nobody', 'k1 address 192.0.2.7'),
    message('keyed', { said: `k2 session ${ANN}` }),
  ]

  it('has its entries under their numbers, and those of deleted messages erased', async () => {
    await fillOldRoom(commands, 'lobby', lobby)
    const { log, pseudonyms } = await open()
    const author = pseudonyms.author(ANN)
    const at = TIME
    expect((await log.read('lobby', 0, 100)).entries).to.deep.equal([
      { event: 'message', number: 1, room: 'lobby', name: 'ann', author, text: lobby[0]!.text, at, guest: false },
      { event: 'erased', number: 2, room: 'lobby', at },
      { event: 'edited', number: 3, message: 1, name: 'ann', author, text: 'first, changed', at: at + 1 },
      { event: 'erased', number: 4, room: 'lobby', at: at + 1 },
      { event: 'deleted', number: 5, message: 2, name: 'ann', author, at: at + 1 },
      { event: 'message', number: 6, room: 'lobby', name: null, author: null, text: 'of nobody', at, guest: true },
      { event: 'message', number: 7, room: 'lobby', name: 'ann', author, text: 'keyed', at, guest: false },
    ])
    const { messages } = await log.history('lobby', 10)
    expect(messages.map(({ text }) => text)).to.deep.equal(['first, changed', 'of nobody', 'keyed'])
    expect((await log.rooms(10)).map(({ room, head }) => [room, head])).to.deep.equal([['lobby', 7]])
  })

  it('can be spoken, edited and deleted in by whoever could before', async () => {
    await fillOldRoom(commands, 'lobby', lobby)
    const store = await open()
    const change = { epoch: await epochOf(store), name: 'ann', owner: ANN }
    const said: MessageDraft = { event: 'message', name: null, text: 'next', guest: true, owner: null }
    expect((await store.log.append('lobby', said)).entry.number).to.equal(8)
    await store.log.append('lobby', { ...change, event: 'edited', message: 1, text: 'changed again' })
    expect((await store.log.message('lobby', 1)).message).to.include({ text: 'changed again' })
    await store.log.append('lobby', { ...change, event: 'deleted', message: 1 })
    const { entries } = await store.log.read('lobby', 0, 100)
    expect(entries.filter(({ event }) => event === 'erased').map(({ number }) => number)).to.deep.equal([1, 2, 3, 4, 9])
  })

  it('keeps no deleted text, no address and no stream', async () => {
    await fillOldRoom(commands, 'lobby', lobby)
    expect((await contentOf(redis)).toString('latin1'))
      .to.include('hush')
      .and.to.include('192.0.2.7')
    await open()
    const content = (await contentOf(redis)).toString('latin1')
    expect(content).to.include('of nobody')
    expect(content).not.to.include('hush')
    expect(content).not.to.include('192.0.2.7')
    expect(await redis.send('EXISTS', 'teahouse:{lobby}:log', 'teahouse:{lobby}:standing')).to.equal(0)
  })

  it('knows what was said with a key', async () => {
    await fillOldRoom(commands, 'lobby', lobby)
    const { log } = await open()
    const numberOf = async (sender: string, key: string) => (await log.said('lobby', { sender, key }))?.entry.number
    expect(await numberOf('address 192.0.2.7\nof nobody', 'k1')).to.equal(6)
    expect(await numberOf(`session ${ANN}`, 'k2')).to.equal(7)
    expect(await numberOf('address 192.0.2.7', 'k1')).to.equal(undefined)
  })

  it('goes on with the numbers of rooms that retention has begun or emptied', async () => {
    await fillOldRoom(commands, 'begun', [message('a'), changed('edited', 41, 'b')], 41)
    await fillOldRoom(commands, 'emptied', [message('a')], 9)
    await redis.send('XTRIM', 'teahouse:{emptied}:log', 'MAXLEN', '0')
    await redis.send('HSET', 'teahouse:{emptied}:state', 'first', '10')
    const { log } = await open()
    expect(await log.extent('begun')).to.include({ first: 41, head: 42 })
    expect((await log.history('begun', 10)).messages).to.have.length(1)
    expect(await log.extent('emptied')).to.include({ first: 10, head: 9 })
    const draft: MessageDraft = { event: 'message', name: null, text: 'next', guest: true, owner: null }
    expect((await log.append('emptied', draft)).entry.number).to.equal(10)
  })

  it('is brought to the form of today by several nodes at once, also after one was broken off', async function () {
    this.timeout(60_000)
    const many = Array.from({ length: 1300 }, (_, n) => message(`m${n}`))
    for (const room of ['one', 'two', 'three']) await fillOldRoom(commands, room, many)
    // A node has moved some entries and was killed.
    await open().then((store) => store.close())
    await redis.send('DEL', 'teahouse:form')
    const left = (await redis.send('LRANGE', 'teahouse:{one}:entries', '700', '-1')) as string[]
    await redis.send('LTRIM', 'teahouse:{one}:entries', '0', '699')
    for (const index of left.keys()) {
      const fields = ['at', String(TIME), 'event', 'message', 'name', 'ann', 'text', `m${700 + index}`, 'guest', '0']
      await commands.send('XADD', 'teahouse:{one}:log', `${701 + index}-0`, ...fields, 'owner', ANN)
    }
    const nodes = await Promise.all([open(), open(), open()])
    for (const { log } of nodes) {
      for (const room of ['one', 'two', 'three']) {
        const { entries } = await log.read(room, 0, 2000)
        expect(entries.map(({ number }) => number)).to.deep.equal(many.map((_, n) => n + 1))
        expect(entries.map((entry) => 'text' in entry && entry.text)).to.deep.equal(many.map(({ text }) => text))
      }
    }
  })

  it('is refused once a newer version has changed it', async () => {
    await redis.send('SET', 'teahouse:form', '99')
    const error = await open().catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(StoreError)
    expect((error as Error).message).to.match(/newer version/)
  })

  it('may be a cluster', async () => {
    const cluster = await sharedCluster()
    const rooms = Array.from({ length: 12 }, (_, n) => `room${n}`)
    const masters = await Commands.to(cluster.servers)
    for (const room of rooms) await fillOldRoom(masters, room, lobby)
    masters.close()
    const { log } = await open(cluster.urls)
    for (const room of rooms) expect((await log.history(room, 10)).messages).to.have.length(3)
    await Promise.all(stores.splice(0).map((store) => store.close()))
    await cluster.flush()
  })
})
