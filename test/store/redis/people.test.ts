import { expect } from 'chai'
import { postForm, postText, send, takeName } from '../../support/http/client.ts'
import { listen, type Listener } from '../../support/http/listener.ts'
import { hasRedis } from '../../support/redis/redis-server.ts'
import { sharedServer } from '../../support/redis/shared-redis.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const FAST = { announceMs: 10, typingMs: 60_000 }

;(hasRedis ? describe : describe.skip)('people on several nodes', () => {
  let nodes: Teahouse[] = []
  const start = async (options: Parameters<typeof startTeahouse>[0] = {}): Promise<Teahouse> => {
    const { url } = await sharedServer()
    const node = await startTeahouse({ ...FAST, graceMs: 40, redis: [url], ...options })
    nodes.push(node)
    return node
  }
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    nodes = []
    await (await sharedServer()).send('FLUSHALL')
  })

  const open = async ({ url }: Teahouse, headers: Record<string, string> = {}): Promise<Listener> => {
    const listener = await listen(`${url}/chat?format=json`, headers)
    await listener.until(1, 'roster')
    return listener
  }
  const users = async ({ url }: Teahouse, room = '') => (await send(`${url}${room}/users`)).json
  const names = (listener: Listener, event: string) => listener.data<{ name: string }>(event).map(({ name }) => name)

  it('are counted together, each once', async () => {
    const [one, two, three] = [await start(), await start(), await start()]
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    const listeners = [await open(one, bob), await open(two, bob), await open(two), await open(one)]
    const everybody = { count: 3, users: ['bob'], guests: 2 }
    await until(async () => (await users(one)).guests === 2 && (await users(two)).guests === 2)
    expect(await users(one)).to.deep.equal(everybody)
    expect(await users(two)).to.deep.equal(everybody)
    // Nobody has opened the room there.
    expect(await users(three)).to.deep.equal(everybody)
    await until(async () => (await users(await start())).count === 3)
    for (const listener of listeners) listener.close()
    for (const node of [one, two, three]) await until(async () => (await users(node)).count === 0)
  })

  it('join and leave once, on all of them', async () => {
    const [one, two] = [await start(), await start()]
    const watchers = [await open(one), await open(two)]
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    const tabs = [await open(one, bob), await open(two, bob)]
    for (const watcher of watchers) await watcher.until(1, 'joined')
    tabs[0]!.close()
    await until(async () => (await users(one)).guests === 2)
    tabs[1]!.close()
    for (const watcher of watchers) await watcher.until(1, 'left')
    for (const watcher of watchers) {
      expect([names(watcher, 'joined'), names(watcher, 'left')]).to.deep.equal([['bob'], ['bob']])
    }
  })

  it('are not noticed when they go over to another node', async () => {
    const [one, two] = [await start({ graceMs: 10_000 }), await start({ graceMs: 10_000 })]
    const watchers = [await open(one), await open(two)]
    const bob = await takeName(two.url, 'bob')
    for (let n = 0; n < 3; n++) (await open(n % 2 === 0 ? one : two, bob)).close()
    await open(one, bob)
    await postText(`${one.url}/chat`, 'now')
    for (const watcher of watchers) {
      await watcher.until(1, 'message')
      await watcher.until(1, 'joined')
      expect([names(watcher, 'joined'), names(watcher, 'left')]).to.deep.equal([['bob'], []])
    }
  })

  it('see who is typing on another node', async () => {
    const [one, two] = [await start(), await start()]
    const watchers = [await open(one), await open(two)]
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    for (const { url } of [one, two]) await send(`${url}/typing`, { method: 'POST', headers: bob })
    for (const watcher of watchers) {
      await watcher.until(1, 'typing')
      expect(names(watcher, 'typing')).to.deep.equal(['bob'])
    }
  })

  it('are told on other nodes of who types or takes a name in a room that is not open on theirs', async () => {
    const [one, two] = [await start(), await start()]
    const watcher = await open(two)
    const bob = await takeName(one.url, 'bob')
    await send(`${one.url}/typing`, { method: 'POST', headers: bob })
    await watcher.until(1, 'joined')
    await watcher.until(1, 'typing')
    await watcher.until(1, 'left')
    for (const event of ['joined', 'typing', 'left']) expect(names(watcher, event)).to.deep.equal(['bob'])
    expect([...one.rooms]).to.deep.equal([])
  })

  it('are counted once while they take another name, on every node', async () => {
    const nodes = [await start({ graceMs: 60_000 }), await start({ graceMs: 60_000 })]
    const bob = await takeName(nodes[0]!.url, 'bob', 'elsewhere')
    const watchers = await Promise.all(nodes.map((node) => open(node)))
    for (const node of nodes) await open(node, bob)
    for (const node of nodes) await until(async () => (await users(node)).count === 3)
    const counts = new Set<number>()
    for (const name of ['rob', 'robin', 'bobby']) {
      await postForm(`${nodes[0]!.url}/addUser`, { name }, bob)
      await until(async () => {
        const rosters = await Promise.all(nodes.map((node) => users(node)))
        for (const { count } of rosters) counts.add(count)
        return rosters.every((roster) => roster.users.includes(name))
      })
    }
    expect([...counts]).to.deep.equal([3])
    for (const watcher of watchers) await watcher.until(3, 'left')
    const moves = [{ name: 'bob' }, { name: 'rob', was: 'bob' }]
    for (const watcher of watchers) expect(watcher.data('joined').slice(0, 2)).to.deep.equal(moves)
  })

  it('are announced once when all nodes and they come back', async () => {
    const options = { graceMs: 60_000 }
    const one = await start(options)
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    const cursor = { 'Last-Event-ID': (await open(one, bob)).lastEventId }
    for (const node of nodes.splice(0)) await node.stop()
    const [three, four] = [await start(options), await start(options)]
    const watcher = await open(four)
    await open(three, { ...bob, ...cursor })
    await until(() => watcher.data<{ users: string[] }>('roster').at(-1)!.users.includes('bob'))
    await open(three, await takeName(three.url, 'eve', 'elsewhere'))
    await watcher.until(1, 'joined')
    expect(names(watcher, 'joined')).to.deep.equal(['eve'])
  })

  it('go by another name on every node', async () => {
    const [one, two] = [await start(), await start()]
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    const [here, there, watcher] = [await open(one, bob), await open(two, bob), await open(two)]
    await send(`${one.url}/me`, { method: 'DELETE', headers: bob })
    for (const own of [here, there]) {
      await own.until(1, 'session')
      expect(own.data('session')).to.deep.equal([{ name: null }])
    }
    await watcher.until(1, 'left')
    await until(async () => (await users(two)).guests === 3)
    expect(await users(two)).to.deep.equal({ count: 3, users: [], guests: 3 })
  })

  it('have left when their node ends without a word', async () => {
    const [one, proxy] = [await start({ leaseMs: 1000 }), await StoreProxy.start((await sharedServer()).port)]
    const two = await start({ leaseMs: 1000, redis: [proxy.url] })
    const bob = await takeName(one.url, 'bob', 'elsewhere')
    const watcher = await open(one)
    await Promise.all([open(two, bob), open(two)])
    await until(async () => (await users(one)).count === 3)
    proxy.cut()
    await watcher.until(1, 'left')
    await until(async () => (await users(one)).count === 1)
    expect(names(watcher, 'left')).to.deep.equal(['bob'])
    // It was only cut off: they are back when it is.
    proxy.restore()
    await watcher.until(2, 'joined')
    await until(async () => (await users(one)).count === 3)
    proxy.stop()
  })

  it('have gone from what is stored when their nodes have ended without a word', async () => {
    const proxy = await StoreProxy.start((await sharedServer()).port)
    const one = await start({ leaseMs: 300, redis: [proxy.url] })
    await open(one, await takeName(one.url, 'bob', 'elsewhere'))
    const stored = async () => (await (await sharedServer()).send('HLEN', 'teahouse:{lobby}:presence')) as number
    await until(async () => (await stored()) === 1)
    proxy.cut()
    const two = await start({ leaseMs: 300 })
    await until(async () => (await users(two)).count === 0)
    await open(two)
    await until(async () => (await stored()) === 1)
    expect(await users(two)).to.deep.equal({ count: 1, users: [], guests: 1 })
    proxy.stop()
  })

  it('are a line for the operator, once, when they cannot be told of', async () => {
    const notices: string[] = []
    const node = await start({ onNotice: (line) => notices.push(line), leaseMs: 300 })
    const redis = await sharedServer()
    await open(node)
    await until(async () => (await redis.send('EXISTS', 'teahouse:{lobby}:presence')) === 1)
    await redis.send('SET', 'teahouse:{lobby}:presence', 'not a hash')
    await open(node)
    await until(() => notices.length > 0)
    expect(notices[0]).to.match(/^nodes cannot share who is in the rooms: .*WRONGTYPE/)
    await open(node)
    await redis.send('DEL', 'teahouse:{lobby}:presence')
    const other = await start()
    await until(async () => (await users(other)).count === 3)
    expect(notices).to.have.length(1)
  })

  it('make a room known on nodes where nobody is in it', async () => {
    const [one, two] = [await start({ leaseMs: 300 }), await start({ leaseMs: 300 })]
    const listener = await listen(`${one.url}/rooms/tea/chat`)
    const rooms = async () => (await send(`${two.url}/rooms`)).json.rooms as { room: string; count: number }[]
    await until(async () => (await rooms()).some(({ room, count }) => room === 'tea' && count === 1))
    listener.close()
    await until(async () => (await rooms()).length === 0)
  })
})
