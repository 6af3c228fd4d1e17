import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const STREAMS = ['/stream', '/es', '/chat', '/chat?format=json', '/rooms/tea/chat']
const form = (length: number, body: string) =>
  'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
  `Content-Length: ${length}\r\n\r\n${body}`

/** What a client had sent when it vanished. */
const UNFINISHED = {
  nothing: '',
  'half a request line': 'GET /ch',
  'half the headers': 'GET /chat HTTP/1.1\r\nHost: tea',
  'something that is no HTTP': '\0\0\0\0 HTTP/9\r\n\r\n',
  'the headers of a post': form(100, ''),
  'half the body of a post': form(100, 'name=bob&message=h'),
  'half a chunked body': 'POST /chat HTTP/1.1\r\nHost: tea\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
  'a post whose answer it does not await': form(22, 'name=bob&message=hello'),
  'a stream and the next request': requestText('GET', '/chat') + requestText('GET', '/chat'),
  'a long poll': requestText('GET', '/messages?after=CURSOR&wait=60'),
}

describe('a client that vanishes', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse({ clockMs: 10, graceMs: 20, sweepMs: 20 })))
  afterEach(async () => {
    await until(
      () => teahouse.hub.size === 0 && [...teahouse.rooms].length === 0,
      () => `nothing left, but there are ${teahouse.hub.size} streams, ${[...teahouse.rooms].length} rooms`,
    )
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  for (const reset of [false, true]) {
    const how = reset ? 'breaks the connection off' : 'closes the connection'
    const vanish = (socket: Awaited<ReturnType<typeof dial>>['socket']) =>
      reset ? socket.resetAndDestroy() : socket.destroy()

    for (const [sent, bytes] of Object.entries(UNFINISHED)) {
      it(`and ${how} after it sent ${sent} leaves nothing`, async () => {
        const { cursor } = (await (await fetch(`${teahouse.url}/messages`)).json()) as { cursor: string }
        for (let index = 0; index < 10; index++) {
          const { socket } = await dial(teahouse.url, bytes.replace('CURSOR', cursor))
          // Some before the server has read it, some after.
          for (let turns = 0; turns < index; turns++) await turn()
          vanish(socket)
        }
      })
    }

    for (const path of STREAMS) {
      it(`and ${how} of ${path}, at once or later, leaves nothing`, async () => {
        for (let index = 0; index < 10; index++) {
          const { socket } = await dial(teahouse.url, requestText('GET', path))
          for (let turns = 0; turns < index; turns++) await turn()
          vanish(socket)
        }
        const connection = await dial(teahouse.url, requestText('GET', path))
        await until(() => connection.text.includes('data: '))
        vanish(connection.socket)
      })
    }

    it(`and ${how} while others speak leaves the room as it was`, async () => {
      const connections = await Promise.all(
        Array.from({ length: 30 }, () => dial(teahouse.url, requestText('GET', '/chat'))),
      )
      await until(() => teahouse.hub.size === 30)
      for (const { socket } of connections) {
        const said = fetch(`${teahouse.url}/chat`, { method: 'POST', body: 'x'.repeat(1000) })
        vanish(socket)
        expect((await said).status).to.equal(201)
      }
    })
  }
})

describe('a thousand clients that come and go', () => {
  /** Bytes a client may leave behind: noise; what a connection costs while it is there is many times more. */
  const MOST_BYTES_LEFT = 2000
  const WAVE = 100
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void

  async function wave(teahouse: Teahouse): Promise<void> {
    const connections = await Promise.all(
      Array.from({ length: WAVE }, (_, index) =>
        dial(teahouse.url, requestText('GET', STREAMS[index % STREAMS.length]!)),
      ),
    )
    await until(() => connections.every(({ text }) => text.includes('data: ')))
    expect(teahouse.hub.size).to.equal(WAVE)
    await fetch(`${teahouse.url}/chat`, { method: 'POST', body: 'hi' })
    for (const { socket } of connections) socket.destroy()
    await until(() => teahouse.hub.size === 0)
  }

  async function heap(): Promise<number> {
    let least = Infinity
    for (let look = 0; look < 5; look++) {
      await turn()
      collect()
      least = Math.min(least, process.memoryUsage().heapUsed)
    }
    return least
  }

  it('leave the hub empty and the heap as it was', async function () {
    this.timeout(120_000)
    const teahouse = await startTeahouse({ graceMs: 20, sweepMs: 20 })
    const waves = async (count: number) => {
      for (let done = 0; done < count; done++) await wave(teahouse)
      await until(() => [...teahouse.rooms].length === 0)
    }
    await waves(3)
    const before = await heap()
    await waves(10)
    const left = (await heap()) - before
    expect(left / (10 * WAVE)).to.be.below(MOST_BYTES_LEFT)
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })
})
