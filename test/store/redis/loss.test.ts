import { expect } from 'chai'
import type { Message } from '../../../src/chat/log/entry.ts'
import { Random } from '../../faults/random.ts'
import { postText } from '../../support/http/client.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { seedOf } from '../../support/seed.ts'
import { Witness } from '../../support/witness.ts'

const LOSSES = 5
const WITNESSES = 12
const MOST_BYTES = 4000
/** Messages that each speaker has answered between two losses. */
const SAID = 40

;(hasRedis ? describe : describe.skip)('a Redis that loses what it has answered, again and again', () => {
  for (const appendfsync of ['everysec', 'always']) {
    it(`leaves nobody with a hole that they do not know of (appendfsync ${appendfsync})`, async function () {
      this.timeout(120_000)
      const redis = await RedisServer.start({ appendfsync })
      const nodes = await Promise.all([1, 2, 3].map(() => startTeahouse({ redis: [redis.url] })))
      const urls = nodes.map(({ url }) => url)
      const random = new Random(seedOf('LOSS_SEED'))
      const witnesses = Array.from({ length: WITNESSES }, () => new Witness(urls, random.fork()))
      let said = 0
      let answered = 0
      const speak = async (url: string) => {
        for (let count = 0; count < SAID; count++) {
          await until(async () => (await postText(`${url}/chat`, `m${said++}`)).status === 201)
          answered++
        }
      }
      const listening = Promise.all(witnesses.map((witness) => witness.run()))

      for (let loss = 0; loss < LOSSES; loss++) {
        const speaking = Promise.all(urls.map(speak))
        const killAt = answered + random.integer(1, (SAID - 1) * urls.length)
        await until(() => answered >= killAt)
        await redis.kill()
        // So little that what is said next soon has the same numbers.
        await redis.truncate(random.integer(0, MOST_BYTES))
        await redis.start()
        await speaking
      }

      const { log } = nodes[0]!.store
      await until(async () => (await postText(`${urls[0]}/chat`, 'the end')).status === 201)
      const { head } = await log.extent('lobby')
      await until(
        () => witnesses.every(({ base, texts }) => base + texts.length === head),
        () => `${head}, got ${JSON.stringify(witnesses.map(({ base, texts }) => [base, texts.length, texts.at(-1)]))}`,
      )
      const texts = (await log.read('lobby', 0, 100_000)).entries.map((entry) => (entry as Message).text)
      for (const { base, texts: seen } of witnesses) expect(seen).to.deep.equal(texts.slice(base))
      expect(witnesses.some(({ resets }) => resets > 0)).to.equal(true)

      await Promise.all(witnesses.map((witness) => witness.end()))
      await listening
      expect(nodes.flatMap(({ failures }) => failures)).to.deep.equal([])
      await Promise.all(nodes.map((node) => node.stop()))
      await redis.stop()
    })
  }
})
