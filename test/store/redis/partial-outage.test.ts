import { expect } from 'chai'
import { openRedisStore } from '../../../src/store/redis/redis-store.ts'
import slotOf from 'cluster-key-slot'
import { SLOTS } from '../../../src/store/redis/link/topology.ts'
import { postText, send } from '../../support/http/client.ts'
import { RedisCluster } from '../../support/redis/redis-cluster.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

;(hasRedis ? describe : describe.skip)('when a part of Redis is gone', () => {
  it('takes posts while only the list of the rooms cannot be reached, and lists the rooms later', async function () {
    this.timeout(60_000)
    const cluster = await RedisCluster.start()
    const node = await startTeahouse({ redis: cluster.urls })
    const serverOf = (key: string) => cluster.servers[Math.floor((slotOf(key) * 3) / SLOTS)]!
    const list = serverOf('teahouse:rooms')
    const rooms = Array.from({ length: 20 }, (_, n) => `room${n}`)
      .filter((room) => serverOf(`{${room}}`) !== list)
      .slice(0, 4)
    const say = (room: string) => postText(`${node.url}/rooms/${room}/chat`, 'hi').then(({ status }) => status)
    expect(await say(rooms[0]!)).to.equal(201)
    await list.kill()
    await until(async () => (await send(`${node.url}/rooms`)).status === 503)
    for (const room of rooms) expect([room, await say(room)]).to.deep.equal([room, 201])
    await list.start()
    await until(async () => {
      const { status, json } = await send(`${node.url}/rooms`)
      const listed = status === 200 ? (json.rooms as { room: string }[]).map(({ room }) => room) : []
      return rooms.every((room) => listed.includes(room))
    })
    await node.stop()
    await cluster.stop()
  })

  it('reads and follows rooms while a post waits for a replica that is gone', async () => {
    const [master, replica] = [await RedisServer.start(), await RedisServer.start()]
    await replica.send('REPLICAOF', '127.0.0.1', String(master.port))
    await until(async () => /master_link_status:up/.test(String(await replica.send('INFO', 'replication'))))
    const node = await startTeahouse({ redis: [master.url], replicas: 1 })
    expect((await postText(`${node.url}/chat`, 'one')).status).to.equal(201)
    await replica.kill()
    let isAnswered = false
    const post = postText(`${node.url}/chat`, 'two').then((answer) => {
      isAnswered = true
      return answer
    })
    await until(async () => (await master.send('HGET', 'teahouse:{lobby}:state', 'head')) === '2')
    expect((await send(`${node.url}/rooms/tea/messages`)).status).to.equal(200)
    expect((await send(`${node.url}/messages`)).json.messages).to.have.length(2)
    expect(isAnswered).to.equal(false)
    expect((await post).json.code).to.equal('store_unreachable')
    await node.stop()
    await master.stop()
    await replica.stop()
  })

  it('says why it cannot be reached, once for each reason, and when it can be again', async () => {
    const redis = await RedisServer.start()
    await redis.send('ACL', 'SETUSER', 'node', 'on', '>secret', '~*', '&*', '+@all')
    const notices: string[] = []
    const store = await openRedisStore({
      urls: [redis.url.replace('redis://', 'redis://node:secret@')],
      nameLifetimeMs: 1000,
      onNotice: (line) => notices.push(line),
    })
    const isRefused = () =>
      store.log.extent('lobby').then(
        () => false,
        () => true,
      )
    await redis.send('ACL', 'SETUSER', 'node', 'resetpass', '>other')
    await redis.send('CLIENT', 'KILL', 'USER', 'node')
    await until(() => notices.some((line) => /cannot be reached: WRONGPASS/.test(line)))
    expect(await isRefused()).to.equal(true)
    await redis.kill()
    await until(() => notices.some((line) => /cannot be reached: .*ECONNREFUSED/.test(line)))
    await redis.start()
    await redis.send('ACL', 'SETUSER', 'node', 'on', 'resetpass', '>secret', '~*', '&*', '+@all')
    await until(() => notices.some((line) => /can be reached again/.test(line)))
    await until(async () => !(await isRefused()))
    expect(new Set(notices)).to.have.length(notices.length)
    expect(notices.join('\n')).not.to.match(/secret|other/)
    await store.close()
    await redis.stop()
  })
})
