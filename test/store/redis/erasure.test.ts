import { expect } from 'chai'
import type { MessageDraft } from '../../../src/chat/log/room-log.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { epochOf } from '../../support/epoch.ts'
import { contentOf } from '../../support/redis/redis-content.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { until } from '../../support/until.ts'

const SENDER = { sender: 'address 192.0.2.7\nhush keyed', key: 'k' }

;(hasRedis ? describe : describe.skip)('what is erased on Redis', () => {
  let redis: RedisServer
  let store: Store
  beforeEach(async () => {
    // Compressed texts could not be found.
    redis = await RedisServer.start({ rdbcompression: 'no', appendfsync: 'everysec' })
    store = await openRedisStore({ urls: [redis.url], nameLifetimeMs: 60_000 })
  })
  afterEach(async () => {
    await store.close()
    await redis.stop()
  })

  const say = (text: string, more: Partial<MessageDraft> = {}) =>
    store.log.append('lobby', { event: 'message', name: 'ann', text, guest: false, owner: 'Owner', ...more })
  const change = async () => ({ epoch: await epochOf(store), message: 2, name: 'ann', owner: 'Owner' })
  const edit = async (text: string) => store.log.append('lobby', { ...(await change()), event: 'edited', text })
  const erase = async () => store.log.append('lobby', { ...(await change()), event: 'deleted' })
  const content = async () => (await contentOf(redis)).toString('latin1')
  const files = () => redis.readFiles().toString('latin1')

  it('is in no key: neither the message, nor its edits, nor whose it was', async () => {
    await say('kept')
    await say('hush keyed', { name: 'hush-name', owner: 'Owner', once: SENDER })
    for (const n of Array.from({ length: 250 }, (_, index) => index)) await edit(`hush ${n}`)
    expect(await content())
      .to.include('hush keyed')
      .and.to.include('hush 249')
      .and.to.include('hush-name')
    await erase()
    expect(await content()).to.include('kept')
    expect(await content()).not.to.include('hush')
  })

  it('is in no file once the append-only file is rewritten, or a copy is saved', async () => {
    await say('kept')
    await say('hush', { once: SENDER })
    await edit('hush again')
    await redis.send('SAVE')
    expect(files()).to.include('hush again').and.to.include('kept')
    await erase()
    await redis.send('SAVE')
    await redis.send('BGREWRITEAOF')
    await until(async () => /aof_rewrite_in_progress:0/.test(String(await redis.send('INFO', 'persistence'))))
    await until(() => !files().includes('hush'))
    expect(files()).to.include('kept')
  })

  it('has no address: senders are kept as fingerprints', async () => {
    await say('of nobody', { name: null, owner: null, guest: true, once: SENDER })
    expect(await content()).to.include('of nobody')
    expect(await content()).not.to.include('192.0.2.7')
  })

  it('is of the same authors on every node, also after Redis has lost everything', async () => {
    const other = await openRedisStore({ urls: [redis.url], nameLifetimeMs: 60_000 })
    const author = store.pseudonyms.author('Owner')
    expect(other.pseudonyms.author('Owner')).to.equal(author)
    const following = await store.log.follow('lobby', () => {})
    await redis.send('FLUSHALL')
    await following.ended
    await until(async () => (await redis.send('EXISTS', 'teahouse:secret')) === 1)
    const third = await openRedisStore({ urls: [redis.url], nameLifetimeMs: 60_000 })
    for (const { pseudonyms } of [store, other, third]) expect(pseudonyms.author('Owner')).to.equal(author)
    await Promise.all([other.close(), third.close()])
  })

  it('is skipped at no cost: history reads nothing but what it answers', async () => {
    await say('edited often')
    await say('last')
    const edits = Array.from({ length: 5000 }, (_, n) => ({
      ...({ event: 'edited', number: n + 2, message: 1, name: 'ann', author: null, text: `t${n}`, at: 1 } as const),
    }))
    const message = { event: 'message', number: 1, room: 'x', name: 'ann', author: null, text: '', at: 1 } as const
    await store.log.import('lobby', [{ ...message, guest: false }, ...edits])
    await redis.send('CONFIG', 'RESETSTAT')
    const { messages } = await store.log.history('lobby', 50)
    expect(messages.map(({ text }) => text)).to.deep.equal(['edited often', 'last', 't4999'])
    const calls = [
      ...String(await redis.send('INFO', 'commandstats')).matchAll(/_(lrange|lindex|hmget|z\w+):calls=(\d+)/g),
    ]
    expect(calls.reduce((sum, [, , count]) => sum + Number(count), 0)).to.be.within(1, 20)
  })
})
