import { expect } from 'chai'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { StoreError } from '../../../src/store/store-error.ts'
import { refusal } from '../../support/refusal.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'

const message = { event: 'message', name: 'bob', text: 'hi', guest: true, owner: null } as const

/** What is said of a Redis with these settings. */
const SAID: [settings: Record<string, string>, said: RegExp | undefined][] = [
  [{}, undefined],
  [{ appendfsync: 'everysec' }, undefined],
  [{ appendfsync: 'no' }, /lets the operating system decide/],
  [{ appendonly: 'no' }, /keeps nothing on disk/],
  [{ appendonly: 'no', save: '3600 1' }, /only saves a copy now and then/],
  [{ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' }, /deletes messages/],
]

;(hasRedis ? describe : describe.skip)('a Redis that is opened', () => {
  let redis: RedisServer
  afterEach(() => redis.stop())
  const open = (url = redis.url) => openRedisStore({ urls: [url], nameLifetimeMs: 1000 })

  for (const [settings, said] of SAID) {
    it(`with ${JSON.stringify(settings)} ${said ? 'is warned of' : 'is well'}`, async () => {
      redis = await RedisServer.start(settings)
      const store = await open()
      if (said) expect(store.warnings.join()).to.match(said)
      else expect(store.warnings).to.deep.equal([])
      await store.close()
    })
  }

  it('that does not tell its settings is warned of', async () => {
    redis = await RedisServer.start()
    await redis.send('ACL', 'SETUSER', 'node', 'on', '>secret', '~*', '&*', '+@all', '-config')
    const store = await open(redis.url.replace('redis://', 'redis://node:secret@'))
    expect(store.warnings.join()).to.match(/cannot find out/)
    await store.log.append('lobby', message)
    await store.close()
  })

  it('that is not there, or is a replica, is refused in one line', async () => {
    redis = await RedisServer.start()
    await redis.send('REPLICAOF', '127.0.0.1', '1')
    const urls = [redis.url, 'redis://127.0.0.1:1', redis.url.replace('redis://', 'redis://nobody:wrong@')]
    for (const url of urls) {
      const error = await open(url).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(StoreError)
      expect((error as Error).message)
        .to.match(/Redis/)
        .and.not.match(/\n|wrong/)
    }
  })

  it('that is full refuses what is said, and takes it when there is room', async () => {
    redis = await RedisServer.start()
    const store = await open()
    await store.log.append('lobby', message)
    await redis.send('CONFIG', 'SET', 'maxmemory', '1')
    expect(await refusal(store.log.append('lobby', message))).to.equal('store_full')
    expect(await store.log.extent('lobby')).to.include({ first: 1, head: 1 })
    await redis.send('CONFIG', 'SET', 'maxmemory', '0')
    expect((await store.log.append('lobby', message)).entry.number).to.equal(2)
    await store.close()
  })
})
