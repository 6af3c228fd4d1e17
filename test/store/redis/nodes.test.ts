import { expect } from 'chai'
import type { Entry } from '../../../src/chat/log/entry.ts'
import { parseName } from '../../../src/chat/names/name.ts'
import type { MessageDraft } from '../../../src/chat/log/room-log.ts'
import { hashToken, newToken, type Session } from '../../../src/chat/names/session.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { hasRedis } from '../../support/redis/redis-server.ts'
import { sharedCluster, sharedServer } from '../../support/redis/shared-redis.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

const draft = (text: string): MessageDraft => ({ event: 'message', name: 'bob', text, guest: true, owner: null })
const DAY_MS = 24 * 60 * 60 * 1000
const upTo = (last: number) => Array.from({ length: last }, (_, n) => 1 + n)

const SHARED = {
  'a Redis': async () => [(await sharedServer()).url],
  'a Redis Cluster': async () => (await sharedCluster()).urls,
}

for (const [what, urlsOf] of hasRedis ? Object.entries(SHARED) : []) {
  describe(`nodes that share ${what}`, () => {
    let nodes: Store[]
    beforeEach(async () => {
      const urls = await urlsOf()
      nodes = await Promise.all([1, 2, 3].map(() => openRedisStore({ urls, nameLifetimeMs: 1000 * 60 * 60 })))
    })
    afterEach(async () => {
      await Promise.all(nodes.map((node) => node.close()))
      await (what === 'a Redis' ? (await sharedServer()).send('FLUSHALL') : (await sharedCluster()).flush())
    })

    it('have the same epoch', async () => {
      expect(new Set(await Promise.all(nodes.map(epochOf))).size).to.equal(1)
    })

    it('follow every entry, in one order, each once, whoever has appended it', async () => {
      const seen: Entry[][] = [[], [], []]
      for (const [index, { log }] of nodes.entries()) {
        await log.follow('lobby', (entries) => seen[index]!.push(...entries))
      }
      await Promise.all(upTo(300).map((n) => nodes[n % 3]!.log.append('lobby', draft(`m${n}`))))
      await until(() => seen.every(({ length }) => length >= 300))
      expect(seen[0]!.map(({ number }) => number)).to.deep.equal(upTo(300))
      expect(seen[1]).to.deep.equal(seen[0])
      expect(seen[2]).to.deep.equal(seen[0])
    })

    it('follow a room also while it is written to', async () => {
      const writing = Promise.all(upTo(200).map((n) => nodes[0]!.log.append('lobby', draft(`m${n}`))))
      const seen: Entry[] = []
      const { head } = await nodes[1]!.log.follow('lobby', (entries) => seen.push(...entries))
      await writing
      await until(() => head + seen.length >= 200)
      expect(seen.map(({ number }) => number)).to.deep.equal(upTo(200).slice(head))
    })

    it('give a name to one of many who ask on all of them at once', async () => {
      const bob = parseName('bob')!
      const asking = upTo(30).map((n) => nodes[n % 3]!.sessions.claim(bob, hashToken(newToken())))
      expect((await Promise.all(asking)).filter(Boolean)).to.have.length(1)
    })

    describe('when the clock of one is 40 days off', () => {
      const now = Date.now.bind(Date)
      let ahead = 0
      beforeEach(() => (Date.now = () => now() + ahead))
      afterEach(() => (Date.now = now))

      for (const days of [40, -40]) {
        it(`keep sessions, keys and entries (${days} days)`, async () => {
          const keeping = await openRedisStore({ urls: await urlsOf(), nameLifetimeMs: DAY_MS, keepMs: DAY_MS })
          ahead = 0
          const once = { sender: 'bob', key: 'k' }
          const [bob, eve] = [hashToken(newToken()), hashToken(newToken())]
          await nodes[0]!.sessions.claim(parseName('bob')!, bob)
          await nodes[0]!.log.append('lobby', { ...draft('hi'), once })
          ahead = days * DAY_MS
          await keeping.sweep()
          expect(await keeping.sessions.claim(parseName('BOB')!, eve)).to.equal(undefined)
          await keeping.sessions.claim(parseName('eve')!, eve)
          expect((await keeping.log.append('lobby', { ...draft('hi'), once })).isNew).to.equal(false)
          ahead = 0
          for (const token of [bob, eve]) expect(await nodes[0]!.sessions.find(token)).not.to.equal(undefined)
          expect(await nodes[0]!.log.extent('lobby')).to.include({ first: 1, head: 1 })
          await keeping.close()
        })
      }
    })

    it('hear of it when a session has another name, and when it is over', async () => {
      const heard: [string, string | undefined][][] = [[], [], []]
      for (const [index, { sessions }] of nodes.entries()) {
        sessions.onChange((before, after) => heard[index]!.push([before.name.text, after?.name.text]))
      }
      const [first, , last] = nodes
      const bob = await first!.sessions.claim(parseName('bob')!, hashToken(newToken()))
      const eve = (await last!.sessions.rename(bob!, parseName('eve')!)) as Session
      await first!.sessions.end(eve)
      await until(() => heard.every(({ length }) => length === 2))
      for (const changes of heard) {
        expect(changes).to.deep.equal([
          ['bob', 'eve'],
          ['eve', undefined],
        ])
      }
    })
  })
}
