import { expect } from 'chai'
import { postText, send } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import slotOf from 'cluster-key-slot'
import { SLOTS } from '../../../src/store/redis/link/topology.ts'
import { RedisCluster } from '../../support/redis/redis-cluster.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

;(hasRedis ? describe : describe.skip)('a fail-over of Redis', () => {
  it('to a replica has everybody begin anew, as nobody knows what it had', async () => {
    const [master, replica] = [await RedisServer.start(), await RedisServer.start()]
    await replica.send('REPLICAOF', '127.0.0.1', String(master.port))
    await until(async () => /master_link_status:up/.test(String(await replica.send('INFO', 'replication'))))
    const name = await StoreProxy.start(master.port)
    const nodes = [await startTeahouse({ redis: [name.url] }), await startTeahouse({ redis: [name.url] })]
    const [one, two] = nodes
    await postText(`${one!.url}/chat`, 'one')
    const stream = await listen(`${two!.url}/chat?format=json&since=start`)
    await stream.until(1)
    await until(async () => (await replica.send('HGET', 'teahouse:{lobby}:state', 'head')) === '1')
    // The replica never hears of this one.
    await replica.send('REPLICAOF', 'NO', 'ONE')
    await postText(`${one!.url}/chat`, 'lost')
    await stream.until(2)
    await master.kill()
    name.leadTo(replica.port)
    await until(async () => (await postText(`${one!.url}/chat`, 'another')).status === 201)
    await until(() => stream.ended)
    const again = await listen(`${two!.url}/chat?format=json`, { 'Last-Event-ID': stream.lastEventId })
    await again.until(1, 'ready')
    expect(again.data('ready')[0]).to.include({ resume: 'reset' })
    const { messages } = (await send(`${two!.url}/messages`)).json as { messages: { text: string }[] }
    expect(messages.map(({ text }) => text)).to.deep.equal(['one', 'another'])
    await Promise.all(nodes.map((node) => node.stop()))
    name.stop()
    for (const server of [master, replica]) await server.stop()
  })

  it('finds what was answered on the replica, when replicas are waited for', async () => {
    const [master, replica] = [await RedisServer.start(), await RedisServer.start()]
    await replica.send('REPLICAOF', '127.0.0.1', String(master.port))
    await until(async () => /master_link_status:up/.test(String(await replica.send('INFO', 'replication'))))
    const node = await startTeahouse({ redis: [master.url], replicas: 1 })
    const said = Array.from({ length: 50 }, (_, n) => postText(`${node.url}/chat`, `m${n}`))
    expect((await Promise.all(said)).map(({ status }) => status)).to.deep.equal(said.map(() => 201))
    expect(await replica.send('HGET', 'teahouse:{lobby}:state', 'head')).to.equal('50')
    await replica.kill()
    expect((await postText(`${node.url}/chat`, 'alone')).json.code).to.equal('store_unreachable')
    await node.stop()
    for (const server of [master, replica]) await server.stop()
  })

  it('to a server that is only a replica yet is waited for', async () => {
    const [master, replica] = [await RedisServer.start(), await RedisServer.start()]
    await replica.send('REPLICAOF', '127.0.0.1', String(master.port))
    await until(async () => /master_link_status:up/.test(String(await replica.send('INFO', 'replication'))))
    const name = await StoreProxy.start(master.port)
    const node = await startTeahouse({ redis: [name.url] })
    await postText(`${node.url}/chat`, 'one')
    name.leadTo(replica.port)
    for (let n = 0; n < 20; n++) expect((await postText(`${node.url}/chat`, 'two')).status).to.equal(503)
    await replica.send('REPLICAOF', 'NO', 'ONE')
    await until(async () => (await postText(`${node.url}/chat`, 'two')).status === 201)
    await node.stop()
    name.stop()
    for (const server of [master, replica]) await server.stop()
  })

  it('is not what it is when a slot moves: its rooms go on without a hole', async () => {
    const cluster = await RedisCluster.start()
    const nodes = [await startTeahouse({ redis: cluster.urls }), await startTeahouse({ redis: cluster.urls })]
    const [one, two] = nodes
    const epoch = await epochOf(one!.store)
    const stream = await listen(`${two!.url}/chat?format=json`)
    await stream.until(1, 'ready')
    const slot = slotOf('{lobby}')
    const owner = Math.floor((slot * 3) / SLOTS)
    const statuses: number[] = []
    const over = new AbortController()
    const writing = (async () => {
      for (let n = 0; !over.signal.aborted; n++) {
        const post = () => postText(`${one!.url}/chat`, `m${n}`, { 'Idempotency-Key': `k${n}` })
        await until(async () => {
          const { status } = await post()
          statuses.push(status)
          return status < 300
        })
      }
    })()
    await stream.until(20)
    await cluster.moveSlot(slot, cluster.servers[owner]!, cluster.servers[(owner + 1) % 3]!)
    const before = stream.events.length
    await until(() => stream.events.length > before + 40)
    over.abort()
    await writing
    const { cursor } = (await send(`${one!.url}/messages`)).json
    await until(() => stream.lastEventId === cursor)
    const texts = stream.data<{ text: string }>('message').map(({ text }) => text)
    expect(texts).to.deep.equal(texts.map((_, n) => `m${n}`))
    expect(new Set(statuses)).to.have.property('size').that.is.at.most(3)
    expect([await epochOf(one!.store), await epochOf(two!.store)]).to.deep.equal([epoch, epoch])
    await Promise.all(nodes.map((node) => node.stop()))
    await cluster.stop()
  })

  it('in a cluster is followed to the new master, while the other rooms go on', async function () {
    this.timeout(120_000)
    const cluster = await RedisCluster.start()
    const replica = await cluster.addReplica()
    const nodes = [await startTeahouse({ redis: cluster.urls }), await startTeahouse({ redis: cluster.urls })]
    const [one, two] = nodes
    // Some of these rooms are on the first master, some are not.
    const rooms = Array.from({ length: 12 }, (_, n) => `room${n}`)
    const say = (text: string) =>
      Promise.all(rooms.map((room) => postText(`${one!.url}/rooms/${room}/chat`, text).then(({ status }) => status)))
    expect(new Set(await say('before'))).to.deep.equal(new Set([201]))
    await cluster.servers[0]!.kill()
    expect(new Set(await say('meanwhile'))).to.deep.equal(new Set([201, 503]))
    await until(async () => (await say('after')).every((status) => status === 201), undefined, 60_000)
    expect(await epochOf(two!.store)).to.equal(await epochOf(one!.store))
    for (const room of rooms) {
      const stream = await listen(`${two!.url}/rooms/${room}/chat?format=json&since=start`)
      const { cursor } = (await send(`${one!.url}/rooms/${room}/messages`)).json
      await until(() => stream.lastEventId === cursor)
      stream.close()
    }
    await Promise.all(nodes.map((node) => node.stop()))
    await cluster.stop()
    await replica.stop()
  })
})
