import { expect } from 'chai'
import { postForm, postText, send, takeName } from '../../support/http/client.ts'
import { listen, type Listener } from '../../support/http/listener.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

;(hasRedis ? describe : describe.skip)('when Redis is gone', () => {
  let redis: RedisServer
  let proxy: StoreProxy
  let node: Teahouse
  let other: Teahouse
  const start = async (settings: Record<string, string> = {}) => {
    redis = await RedisServer.start(settings)
    proxy = await StoreProxy.start(redis.port)
    node = await startTeahouse({ redis: [proxy.url], graceMs: 60_000 })
    other = await startTeahouse({ redis: [redis.url] })
  }
  afterEach(async () => {
    expect([...node.failures, ...other.failures]).to.deep.equal([])
    await Promise.all([node.stop(), other.stop()])
    proxy.stop()
    await redis.stop()
  })

  const stored = (listener: Listener) =>
    listener.data<{ reachable: boolean }>('store').map(({ reachable }) => reachable)
  const texts = (listener: Listener) => listener.data<{ text: string }>('message').map(({ text }) => text)
  const isUp =
    ({ url }: Teahouse) =>
    async () =>
      (await send(`${url}/messages`)).status === 200

  it('says so in the streams, refuses what is said, and goes on without a hole', async () => {
    await start()
    const bob = await takeName(node.url, 'bob')
    const [json, text] = [await listen(`${node.url}/chat?format=json`, bob), await listen(`${node.url}/chat`)]
    await postText(`${node.url}/chat`, 'before')
    await json.until(1)
    await redis.kill()
    await json.until(1, 'store')
    for (const headers of [{}, bob]) {
      const { status, headers: answered, json: refused } = await postText(`${node.url}/chat`, 'lost', headers)
      expect([status, refused.code, answered.get('retry-after')]).to.deep.equal([503, 'store_unreachable', '1'])
    }
    expect((await send(`${node.url}/messages`)).status).to.equal(503)
    await redis.start()
    await until(isUp(other))
    await postText(`${other.url}/chat`, 'after')
    await json.until(2)
    // A stream may get what was said before it hears that the store is back.
    await json.until(2, 'store')
    await until(() => text.text.includes('after') && text.comments.length === 2)
    expect(texts(json)).to.deep.equal(['before', 'after'])
    expect(stored(json)).to.deep.equal([false, true])
    expect(text.comments).to.deep.equal(['the store cannot be reached', 'the store is reachable again'])
    expect([json.ended, text.ended]).to.deep.equal([false, false])
    const epoch = await epochOf(node.store)
    expect(json.data('message').map(({ id }) => id)).to.deep.equal([`${epoch}-1`, `${epoch}-2`])
    expect((await send(`${node.url}/users`)).json.users).to.deep.equal(['bob'])
  })

  it('lets a stream that comes meanwhile wait', async () => {
    await start()
    const bob = await takeName(node.url, 'bob')
    const { json } = await postText(`${node.url}/chat`, 'before')
    await redis.kill()
    const streams = [
      await listen(`${node.url}/chat?format=json`, { ...bob, 'Last-Event-ID': json.id }),
      await listen(`${node.url}/rooms/tea/chat?format=json&since=start`),
    ]
    for (const stream of streams) await until(() => stream.comments.includes('the store cannot be reached'))
    await redis.start()
    for (const stream of streams) await stream.until(1, 'ready')
    await postText(`${other.url}/chat`, 'after')
    await postText(`${other.url}/rooms/tea/chat`, 'after')
    for (const stream of streams) {
      await stream.until(1)
      expect(texts(stream)).to.deep.equal(['after'])
    }
    expect((await send(`${node.url}/users`)).json.users).to.deep.equal(['bob'])
  })

  it('catches up alone when it alone was cut off', async () => {
    await start()
    const stream = await listen(`${node.url}/chat?format=json`)
    await stream.until(1, 'ready')
    proxy.cut()
    await stream.until(1, 'store')
    for (let n = 0; n < 700; n++) await other.store.log.append('lobby', message(`m${n}`))
    proxy.restore()
    await stream.until(700)
    expect(texts(stream)).to.deep.equal(Array.from({ length: 700 }, (_, n) => `m${n}`))
    expect(stored(stream)).to.deep.equal([false, true])
  })

  it('notices a network that swallows everything, and answers', async () => {
    await start()
    const stream = await listen(`${node.url}/chat?format=json`)
    await stream.until(1, 'ready')
    proxy.silence()
    const key = { message: 'once', name: 'bob', key: 'k' }
    expect((await postForm(`${node.url}/chat`, key)).status).to.equal(503)
    await stream.until(1, 'store')
    proxy.restore()
    await until(isUp(node))
    const { status } = await postForm(`${node.url}/chat`, key)
    expect(status).to.be.oneOf([200, 201])
    await stream.until(1)
    expect(texts(stream)).to.deep.equal(['once'])
  })

  it('sends a stream that is behind the rest when Redis is back', async () => {
    await start()
    for (let n = 0; n < 1500; n++) await other.store.log.append('lobby', message(`m${n} ${'x'.repeat(4000)}`))
    const stream = await listen(`${node.url}/chat?format=json&since=start`)
    await stream.until(1)
    proxy.cut()
    await until(async () => (await send(`${node.url}/messages`)).status === 503)
    proxy.restore()
    await stream.until(1500)
    expect(texts(stream).map((text) => text.split(' ')[0])).to.deep.equal(
      Array.from({ length: 1500 }, (_, n) => `m${n}`),
    )
  })

  const LOSSES: Record<string, [settings: Record<string, string>, lose: () => Promise<void>]> = {
    'does not write everything down at once': [{ appendfsync: 'everysec' }, async () => {}],
    'keeps nothing': [{ appendonly: 'no' }, async () => {}],
    'has come back with less than there was': [{}, () => redis.truncate(1000)],
  }
  for (const [which, [settings, lose]] of Object.entries(LOSSES)) {
    it(`has everybody begin anew after a restart of one that ${which}`, async () => {
      await start(settings)
      for (const text of ['one', 'two', 'three']) await postText(`${node.url}/chat`, text)
      const stream = await listen(`${node.url}/chat?format=json&since=start`)
      await stream.until(3)
      const epoch = await epochOf(node.store)
      const polls = [node, other].map(({ url }) => send(`${url}/messages?after=${stream.lastEventId}&wait=60`))
      await until(() => [node, other].every(({ rooms }) => rooms.find('lobby') !== undefined))
      await redis.kill()
      await lose()
      await redis.start()
      for (const { status, json } of await Promise.all(polls)) expect(status === 503 || json.reset).to.equal(true)
      await stream.until(1, 'closing')
      await until(() => stream.ended)
      for (const { url } of [node, other]) {
        await until(async () => (await send(`${url}/messages`)).status === 200)
        const again = await listen(`${url}/chat?format=json`, { 'Last-Event-ID': stream.lastEventId })
        await again.until(1, 'ready')
        expect(again.data('ready')[0]).to.include({ resume: 'reset' })
        again.close()
      }
      expect(await epochOf(node.store)).not.to.equal(epoch)
      expect(await epochOf(node.store)).to.equal(await epochOf(other.store))
    })
  }

  it('has everybody begin anew when it is no longer known which servers there were', async () => {
    await start()
    const epoch = await epochOf(node.store)
    await redis.send('DEL', 'teahouse:{epoch}:servers')
    await until(async () => (await epochOf(node.store)) !== epoch)
    await until(async () => (await epochOf(node.store)) === (await epochOf(other.store)))
  })

  it('has everybody begin anew when all is erased under it', async () => {
    await start()
    await postText(`${node.url}/chat`, 'one')
    const stream = await listen(`${node.url}/chat?format=json&since=start`)
    await stream.until(1)
    await redis.send('FLUSHALL')
    await stream.until(1, 'closing')
    await until(async () => (await epochOf(node.store)) === (await epochOf(other.store)))
    expect((await postText(`${node.url}/chat`, 'new')).json.id).to.equal(`${await epochOf(other.store)}-1`)
  })
})

function message(text: string) {
  return { event: 'message', name: 'bob', text, guest: true, owner: null } as const
}
