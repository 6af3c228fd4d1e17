import { expect } from 'chai'
import type { MessageDraft } from '../../../src/chat/log/room-log.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import { hasRedis } from '../../support/redis/redis-server.ts'
import { sharedServer } from '../../support/redis/shared-redis.ts'
import { until } from '../../support/until.ts'

const NODES = 12
/** How far apart the sweeps of twelve nodes are, each of which sweeps once a minute. */
const STEP_MS = 5000

;(hasRedis ? describe : describe.skip)('retention on Redis', () => {
  let nodes: Store[]
  beforeEach(async () => {
    const { url } = await sharedServer()
    const options = { urls: [url], nameLifetimeMs: 60_000, keepMs: 60_000 }
    nodes = await Promise.all(Array.from({ length: NODES }, () => openRedisStore(options)))
  })
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await (await sharedServer()).send('FLUSHALL')
  })

  const send = async (...args: string[]) => (await sharedServer()).send(...args)
  const say = (room: string, text: string) => {
    const draft: MessageDraft = { event: 'message', name: null, text, guest: true, owner: null }
    return nodes[0]!.log.append(room, draft)
  }
  const import_ = (room: string, count: number, at: number) => {
    const message = { event: 'message', room, name: null, author: null, text: 'x', at, guest: true } as const
    return nodes[0]!.log.import(
      room,
      Array.from({ length: count }, (_, n) => ({ ...message, number: 1 + n })),
    )
  }

  it('comes in time, however many nodes there are and whenever each of them sweeps', async () => {
    const begin = Date.now()
    for (let step = 0; step < NODES; step++) {
      const at = begin + step * STEP_MS
      // Overdue from now on.
      await import_(`room${step}`, 1, at - 60_000 - 1)
      await nodes[step]!.sweep(at)
      const left = await nodes[0]!.log.rooms(NODES)
      expect(left.length, `after ${step * STEP_MS} ms`).to.be.at.most(1)
    }
  })

  it('is the work of one node at a time', async () => {
    await import_('lobby', 20_000, 1)
    await send('CONFIG', 'RESETSTAT')
    const now = Date.now()
    // Clocks that are so far apart that no sweep seems to be just over.
    await Promise.all(nodes.map((node, index) => node.sweep(now + index * 60_000)))
    const { first } = await nodes[0]!.log.extent('lobby')
    expect(first).to.equal(20_001)
    const trims = /cmdstat_ltrim:calls=(\d+)/.exec(String(await send('INFO', 'commandstats')))
    expect(Number(trims![1])).to.equal(20)
  })

  it('goes on after a node that has died while it swept', async () => {
    await import_('lobby', 1, 1)
    await send('SET', 'teahouse:{sweep}:by', 'a node that is gone', 'EX', '2')
    await nodes[0]!.sweep(Date.now())
    expect(await nodes[0]!.log.extent('lobby')).to.include({ first: 1, head: 1 })
    await until(async () => {
      await nodes[1]!.sweep(Date.now())
      return (await nodes[1]!.log.extent('lobby')).first === 2
    })
  })

  it('leaves of an empty room its state alone, from which its numbers go on', async () => {
    await import_('lobby', 5, 1)
    await nodes[0]!.sweep(Date.now())
    expect(await send('KEYS', 'teahouse:{lobby}:*')).to.deep.equal(['teahouse:{lobby}:state'])
    expect(await send('MEMORY', 'USAGE', 'teahouse:{lobby}:state')).to.be.below(200)
    expect(await send('ZSCORE', 'teahouse:rooms', 'lobby')).to.equal(null)
    expect((await say('lobby', 'again')).entry.number).to.equal(6)
    expect((await nodes[1]!.log.history('lobby', 10)).messages).to.have.length(1)
    await until(async () => (await nodes[1]!.log.rooms(10)).length === 1)
  })

  it('takes little memory for a room with one message', async () => {
    await say('lobby', 'a message of thirty bytes, yes')
    const keys = (await send('KEYS', 'teahouse:{lobby}:*')) as string[]
    const sizes = await Promise.all(keys.map((key) => send('MEMORY', 'USAGE', key)))
    expect(sizes.reduce((sum: number, size) => sum + Number(size), 0)).to.be.below(500)
  })
})
