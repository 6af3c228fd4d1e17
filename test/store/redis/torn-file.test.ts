import { expect } from 'chai'
import type { Draft } from '../../../src/chat/log/room-log.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { epochOf } from '../../support/epoch.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'

/** How many bytes are missing at the end of the file. The last post takes some 400. */
const CUTS = [1, 20, 60, 100, 150, 200, 250, 300, 350, 450]

// Redis forgets a script whose end is missing, but runs its first commands when it is started a second time.
;(hasRedis ? describe : describe.skip)('a file of Redis that ends within a script', () => {
  const by = { name: 'ann', owner: '1' }
  const draft = (text: string): Draft => ({ event: 'message', text, guest: false, ...by })
  const open = (redis: RedisServer) => openRedisStore({ urls: [redis.url], nameLifetimeMs: 60_000 })
  const contentsOf = async ({ log }: Store) => ({
    ...(await log.extent('lobby')),
    entries: (await log.read('lobby', 0, 100)).entries,
    messages: (await log.history('lobby', 100)).messages,
  })
  /** A deletion that nobody was told of may have erased the message by then. */
  const but = (numbers: number[], { entries, messages, ...rest }: Awaited<ReturnType<typeof contentsOf>>) => {
    const others = <Kept extends { number: number }>(all: Kept[]) =>
      all.filter(({ number }) => !numbers.includes(number))
    return {
      ...rest,
      epoch: '',
      numbers: entries.map(({ number }) => number),
      kept: [others(entries), others(messages)],
    }
  }
  const restart = async (redis: RedisServer, cut = 0) => {
    await redis.kill()
    await redis.truncate(cut)
    await redis.start()
  }

  for (const event of ['message', 'edited', 'deleted'] as const) {
    it(`shifts and doubles no entry: ${event}`, async function () {
      this.timeout(120_000)
      for (const cut of CUTS) {
        const redis = await RedisServer.start()
        let store = await open(redis)
        const epoch = await epochOf(store)
        for (const text of ['one', 'two', 'three']) await store.log.append('lobby', draft(text))
        await store.log.append('lobby', { event: 'edited', epoch, message: 2, text: 'changed', ...by })
        const last = { message: draft('lost'), edited: { text: 'lost' }, deleted: {} }[event]
        await store.log.append('lobby', { event, epoch, message: 2, ...by, ...last } as Draft)
        await store.close()

        await restart(redis, cut)
        store = await open(redis)
        for (const text of ['four', 'five']) await store.log.append('lobby', draft(text))
        const before = await contentsOf(store)
        await store.close()

        await restart(redis)
        store = await open(redis)
        const after = await contentsOf(store)
        const mayGo = event === 'deleted' ? [2, 4] : []
        expect(but(mayGo, after), `cut by ${cut}`).to.deep.equal(but(mayGo, before))
        expect((await store.log.append('lobby', draft('six'))).entry.number).to.equal(after.head + 1)
        expect((await store.log.read('lobby', after.head, 10)).entries).to.have.length(1)
        await store.close()
        await redis.stop()
      }
    })
  }
})
