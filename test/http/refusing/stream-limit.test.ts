import { expect } from 'chai'
import type { Socket } from 'node:net'
import { send, type Answer } from '../../support/http/client.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const KINDS = ['/messages?after=CURSOR&wait=60', '/chat', '/chat?format=json', '/rooms/tea/chat', '/stream', '/es']

describe('the limit of streams', () => {
  let teahouse: Teahouse
  let cursor: string
  const sockets: Socket[] = []
  const start = async (streams: number, streamsPerAddress: number) => {
    teahouse = await startTeahouse({ limits: { streams, streamsPerAddress } })
    cursor = (await send(`${teahouse.url}/messages`)).json.cursor
  }
  const open = async (path: string, method = 'GET') => {
    const connection = await dial(teahouse.url, requestText(method, path.replace('CURSOR', cursor)))
    sockets.push(connection.socket)
    return connection
  }
  /** Resolves with the refusal of one stream more. */
  const refused = async (): Promise<Answer> => {
    let answer: Answer | undefined
    await until(async () => {
      const controller = new AbortController()
      const response = await fetch(`${teahouse.url}/stream`, { signal: controller.signal })
      if (response.status === 200) {
        controller.abort()
        return false
      }
      answer = { status: response.status, headers: response.headers, text: '', json: await response.json() }
      return true
    })
    return answer!
  }
  /** Resolves once there is a place for a stream. */
  const admitted = () =>
    until(async () => {
      const connection = await open('/stream')
      await until(() => connection.text !== '')
      connection.socket.destroy()
      return connection.text.startsWith('HTTP/1.1 200')
    })
  const heard = async (path: string) => {
    const { socket } = await open(path)
    // Nothing comes of a long poll, but whoever waits is here.
    const isHere = async () => (await send(`${teahouse.url}/users`)).json.count > 0
    await until(() => (path.startsWith('/messages') ? isHere() : socket.bytesRead > 0))
    return socket
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('admits as many as it says, of all kinds together, and refuses the newest with 503 and Retry-After', async () => {
    await start(KINDS.length, 100)
    for (const path of KINDS) await heard(path)
    const { status, headers, json } = await refused()
    expect([status, json.code, json.msg]).to.deep.equal([503, 'full', '已经满座，请稍后再来'])
    expect(Number(headers.get('retry-after'))).to.be.within(5, 30)
    expect(sockets.filter(({ closed }) => closed)).to.deep.equal([])
  })

  it('counts those of one address by themselves', async () => {
    await start(100, 2)
    await heard('/chat')
    await heard('/es')
    const { status, headers, json } = await refused()
    expect([status, json.code]).to.deep.equal([503, 'address_full'])
    expect(Number(headers.get('retry-after'))).to.be.within(5, 30)
    sockets[0]!.destroy()
    await admitted()
  })

  it('still answers everything else when it is full', async () => {
    await start(1, 1)
    await heard('/chat')
    await refused()
    expect((await send(`${teahouse.url}/chat`, { method: 'POST', body: 'hi' })).status).to.equal(201)
    expect((await send(`${teahouse.url}/messages?after=${cursor}&wait=60`)).json.events).to.have.length(1)
  })

  for (const [how, end] of Object.entries({
    'closed its connection': (socket: Socket) => socket.destroy(),
    'broken it off': (socket: Socket) => socket.resetAndDestroy(),
    'said that it will send no more': (socket: Socket) => socket.end(),
  })) {
    it(`has a place again as soon as a client has ${how}`, async () => {
      await start(1, 1)
      for (const path of KINDS) {
        const socket = await heard(path)
        await refused()
        end(socket)
        await admitted()
      }
    })
  }

  it('loses no place to HEAD, to what is refused, to what is pipelined, or to those who leave at once', async () => {
    await start(1, 1)
    for (const path of KINDS) {
      await open(path, 'HEAD')
      await open(path.replace('/chat', '/chat/').replace('format=', 'format=x'))
      const twice = await dial(teahouse.url, requestText('GET', path) + requestText('GET', path))
      twice.socket.destroy()
      const { socket } = await open(path)
      socket.resetAndDestroy()
      for (const opened of sockets.splice(0)) opened.destroy()
    }
    await admitted()
    await heard('/chat')
    await refused()
  })
})
