import { expect } from 'chai'
import { setTimeout as delay } from 'node:timers/promises'
import slotOf from 'cluster-key-slot'
import { SLOTS } from '../../../src/store/redis/link/topology.ts'
import { epochOf } from '../../support/epoch.ts'
import { postText, send } from '../../support/http/client.ts'
import { listen, type Listener } from '../../support/http/listener.ts'
import { RedisCluster } from '../../support/redis/redis-cluster.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const LATENCY_MS = 60
/** A room opens in eight times the latency; these cover all its steps, and more. */
const OPENINGS = 48

;(hasRedis ? describe : describe.skip)('an epoch that changes', () => {
  it('while rooms are opening leaves nobody in a room that hears nothing', async function () {
    this.timeout(60_000)
    const redis = await RedisServer.start()
    const proxy = await StoreProxy.start(redis.port)
    const [node, other] = [await startTeahouse({ redis: [proxy.url] }), await startTeahouse({ redis: [redis.url] })]
    proxy.delayMs = LATENCY_MS
    const rooms = Array.from({ length: OPENINGS }, (_, n) => `room${n}`)
    const streams = new Map<string, Listener>()
    const listening = rooms.map(async (room, n) => {
      await delay(n * (LATENCY_MS / 4))
      streams.set(room, await listen(`${node.url}/rooms/${room}/chat?format=json`))
    })
    await delay(8 * LATENCY_MS)
    await redis.send('SET', 'teahouse:{epoch}', 'another')
    await redis.send('SPUBLISH', 'teahouse:{epoch}:changed', 'another')
    await Promise.all(listening)
    proxy.delayMs = 0
    // Whoever was told to come back does, and everybody hears what is said then.
    const hears = async (room: string) => {
      const stream = streams.get(room)!
      if (stream.ended) streams.set(room, await listen(`${node.url}/rooms/${room}/chat?format=json`))
      else if (stream.data('message').length > 0) return true
      await postText(`${other.url}/rooms/${room}/chat`, 'now')
      return false
    }
    const deaf = new Set(rooms)
    await until(
      async () => {
        for (const room of deaf) if (await hears(room)) deaf.delete(room)
        return deaf.size === 0
      },
      () => `${[...deaf].join()} to hear something`,
    )
    for (const stream of streams.values()) stream.close()
    await Promise.all([node.stop(), other.stop()])
    proxy.stop()
    await redis.stop()
  })

  it('since one server of a cluster has lost everything gives no id to two messages', async function () {
    this.timeout(120_000)
    const cluster = await RedisCluster.start()
    const nodes = [await startTeahouse({ redis: cluster.urls }), await startTeahouse({ redis: cluster.urls })]
    const serverOf = (key: string) => cluster.servers[Math.floor((slotOf(key) * 3) / SLOTS)]!
    const home = serverOf('{epoch}')
    const rooms = Array.from({ length: 12 }, (_, n) => `room${n}`)
    const victim = cluster.servers.find((server) => server !== home)!
    expect(rooms.some((room) => serverOf(`{${room}}`) === victim)).to.equal(true)
    const before = await epochOf(nodes[0]!.store)

    const said = new Map<string, string>()
    const doubled: string[] = []
    let count = 0
    const say = async ({ url }: Teahouse, room: string) => {
      const text = `m${count++}`
      const { status, json } = await postText(`${url}/rooms/${room}/chat`, text)
      if (status !== 201) return
      const key = `${room} ${json.id}`
      if (said.has(key)) doubled.push(`${key}: ${said.get(key)}, ${text}`)
      said.set(key, text)
    }
    const sayAll = () => Promise.all(rooms.flatMap((room) => nodes.map((node) => say(node, room))))
    for (let n = 0; n < 10; n++) await sayAll()
    // Somebody listens in half of the rooms, and heard all.
    const streams = new Map<string, Listener>()
    for (const [n, room] of rooms.entries())
      if (n % 2 === 0)
        streams.set(room, await listen(`${nodes[n % 4 === 0 ? 0 : 1]!.url}/rooms/${room}/chat?format=json&since=start`))
    for (const stream of streams.values()) await stream.until(20)

    const over = new AbortController()
    const writing = (async () => {
      while (!over.signal.aborted) await sayAll()
    })()
    await delay(50)
    await victim.send('FLUSHALL')
    for (const stream of streams.values()) await until(() => stream.ended)
    await delay(100)
    over.abort()
    await writing
    expect(doubled).to.deep.equal([])
    expect(await epochOf(nodes[0]!.store)).not.to.equal(before)
    expect(await epochOf(nodes[1]!.store)).to.equal(await epochOf(nodes[0]!.store))
    for (const [room, stream] of streams) {
      // What a stream has heard under an id is what was answered under it.
      for (const { id, text } of stream.data<{ id: string; text: string }>('message')) {
        const answered = said.get(`${room} ${id}`)
        if (answered !== undefined) expect(text).to.equal(answered)
      }
      const again = await listen(`${nodes[0]!.url}/rooms/${room}/chat?format=json`, {
        'Last-Event-ID': stream.lastEventId,
      })
      await again.until(1, 'ready')
      expect(again.data('ready')[0]).to.include({ resume: 'reset' })
      await postText(`${nodes[1]!.url}/rooms/${room}/chat`, 'after')
      await until(() => again.data<{ text: string }>('message').some(({ text }) => text === 'after'))
      again.close()
    }
    expect(nodes.flatMap(({ failures }) => failures)).to.deep.equal([])
    await Promise.all(nodes.map((node) => node.stop()))
    await cluster.stop()
  })

  it('is noticed by a node that was down when its Redis lost everything but the epoch', async () => {
    const redis = await RedisServer.start()
    let node = await startTeahouse({ redis: [redis.url] })
    const { json: first } = await postText(`${node.url}/chat`, 'one')
    await node.stop()
    const keys = (await redis.send('KEYS', '*')) as string[]
    await redis.send('DEL', ...keys.filter((key) => !key.startsWith('teahouse:{epoch}')))
    node = await startTeahouse({ redis: [redis.url] })
    const { json: second } = await postText(`${node.url}/chat`, 'another')
    expect(second.id).not.to.equal(first.id)
    await node.stop()
    await redis.stop()
  })

  it('is made when the one of before comes back, since ids of both have been given', async () => {
    const redis = await RedisServer.start()
    const node = await startTeahouse({ redis: [redis.url] })
    const first = await epochOf(node.store)
    const change = async (name: string) => {
      await redis.send('SET', 'teahouse:{epoch}', name)
      await redis.send('SPUBLISH', 'teahouse:{epoch}:changed', name)
    }
    await change('another')
    await until(async () => (await epochOf(node.store)) === 'another')
    await change(first)
    await until(async () => (await epochOf(node.store)) !== 'another')
    expect(await epochOf(node.store)).not.to.equal(first)
    await node.stop()
    await redis.stop()
  })

  it('is made when a room has entries after its head, and the room goes on after them', async () => {
    const redis = await RedisServer.start()
    const node = await startTeahouse({ redis: [redis.url] })
    const ids = new Set<string>()
    for (const text of ['one', 'two', 'three']) ids.add((await postText(`${node.url}/chat`, text)).json.id)
    await redis.send('HSET', 'teahouse:{lobby}:state', 'head', '2')
    const { status, json } = await postText(`${node.url}/chat`, 'four')
    expect(status).to.equal(201)
    expect(json.id).to.equal(`${await epochOf(node.store)}-4`)
    expect([...ids].map((id) => id.split('-')[0])).not.to.include(await epochOf(node.store))
    const { messages } = (await send(`${node.url}/messages`)).json as { messages: { text: string }[] }
    expect(messages.map(({ text }) => text)).to.deep.equal(['one', 'two', 'three', 'four'])
    expect(node.failures).to.deep.equal([])
    await node.stop()
    await redis.stop()
  })

  it('is made by an append that finds fewer entries than were heard', async () => {
    const redis = await RedisServer.start()
    const nodes = [await startTeahouse({ redis: [redis.url] }), await startTeahouse({ redis: [redis.url] })]
    const streams = await Promise.all(nodes.map(({ url }) => listen(`${url}/chat?format=json`)))
    const ids = new Set<string>()
    for (let n = 0; n < 5; n++) ids.add((await postText(`${nodes[0]!.url}/chat`, `m${n}`)).json.id)
    for (const stream of streams) await stream.until(5)
    await redis.send('DEL', 'teahouse:{lobby}:state', 'teahouse:{lobby}:entries')
    for (let n = 0; n < 5; n++) ids.add((await postText(`${nodes[n % 2]!.url}/chat`, `n${n}`)).json.id)
    expect(ids).to.have.length(10)
    for (const stream of streams) await until(() => stream.ended)
    await Promise.all(nodes.map((node) => node.stop()))
    await redis.stop()
  })
})

;(hasRedis ? describe : describe.skip)('a room that has missed what is no longer kept', () => {
  it('ends its streams, and the other rooms of the node go on', async () => {
    const redis = await RedisServer.start()
    const proxy = await StoreProxy.start(redis.port)
    const [node, other] = [
      await startTeahouse({ redis: [proxy.url] }),
      await startTeahouse({ redis: [redis.url], keepEntries: 5 }),
    ]
    const [lobby, tea] = [
      await listen(`${node.url}/chat?format=json`),
      await listen(`${node.url}/rooms/tea/chat?format=json`),
    ]
    for (const stream of [lobby, tea]) await stream.until(1, 'ready')
    const epoch = await epochOf(node.store)
    proxy.cut()
    await lobby.until(1, 'store')
    for (let n = 0; n < 20; n++) await postText(`${other.url}/chat`, `m${n}`)
    await postText(`${other.url}/rooms/tea/chat`, 'kept')
    await other.store.sweep(Date.now())
    proxy.restore()
    await until(() => lobby.ended)
    await tea.until(1)
    expect([tea.ended, tea.data('closing')]).to.deep.equal([false, []])
    expect(await epochOf(node.store)).to.equal(epoch)
    await until(async () => (await send(`${node.url}/messages`)).status === 200)
    const again = await listen(`${node.url}/chat?format=json`, { 'Last-Event-ID': lobby.lastEventId })
    await again.until(1, 'ready')
    expect(again.data('ready')[0]).to.include({ resume: 'reset' })
    for (const stream of [tea, again]) stream.close()
    await Promise.all([node.stop(), other.stop()])
    proxy.stop()
    await redis.stop()
  })
})
