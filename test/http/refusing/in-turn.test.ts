import { expect } from 'chai'
import { send } from '../../support/http/client.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const POST = 'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Type: text/plain\r\n'
/** The one under way, and those that may wait. */
const MOST = 33

const post = (text: string) => `${POST}Content-Length: ${text.length}\r\n\r\n${text}`
const textsOf = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`)
const posts = (count: number) => textsOf(count).map(post).join('')
const statusesOf = (text: string) => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => Number(status))
/** Which of the answers says that it is the last; -1 for none. */
const lastOf = (text: string) =>
  text
    .split('HTTP/1.1 ')
    .slice(1)
    .findIndex((answer) => answer.includes('Connection: close'))

describe('pipelined requests', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse({ clockMs: 50 })))
  afterEach(async () => {
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  /** The texts of the messages that are stored. */
  async function stored(): Promise<string[]> {
    const { json } = await send(`${teahouse.url}/messages?limit=200`)
    return json.messages.map(({ text }: { text: string }) => text)
  }

  it('are done one after the other', async () => {
    const connection = await dial(
      teahouse.url,
      `${post('one')}${post('two')}${requestText('GET', '/messages')}${post('three')}${requestText('GET', '/messages')}`,
    )
    await until(() => statusesOf(connection.text).length === 5)
    const counts = Array.from(connection.text.matchAll(/"messages":(\[.*?\])/g), ([, list]) => JSON.parse(list!).length)
    expect(counts).to.deep.equal([2, 3])
    connection.socket.destroy()
  })

  it('are all answered when there are as many as may wait, and the connection goes on', async () => {
    const connection = await dial(teahouse.url, posts(MOST))
    await until(() => statusesOf(connection.text).length === MOST)
    expect(await stored()).to.deep.equal(textsOf(MOST))
    expect(lastOf(connection.text)).to.equal(-1)
    connection.socket.write(post('more'))
    await until(() => statusesOf(connection.text).length === MOST + 1)
    connection.socket.destroy()
  })

  for (const count of [MOST + 1, 40, 600, 3000]) {
    it(`have an effect and an answer up to the limit, of ${count}; the last says so, and ends the connection`, async () => {
      const connection = await dial(teahouse.url, posts(count))
      await until(() => connection.socket.closed)
      expect(statusesOf(connection.text)).to.deep.equal(Array.from({ length: MOST }, () => 201))
      expect(lastOf(connection.text)).to.equal(MOST - 1)
      const said = Array.from(connection.text.matchAll(/"text":"(m\d+)"/g), ([, text]) => text)
      expect(said).to.deep.equal(textsOf(MOST))
      expect(await stored()).to.deep.equal(textsOf(MOST))
    })
  }

  it('are answered up to the limit behind a slow answer too, whatever comes meanwhile', async () => {
    const { cursor } = (await send(`${teahouse.url}/messages`)).json
    const connection = await dial(teahouse.url, requestText('GET', `/messages?after=${cursor}&wait=60`) + posts(100))
    for (const garbage of ['\0\0', posts(2000), 'x'.repeat(100_000)]) {
      connection.socket.write(garbage)
      expect((await send(`${teahouse.url}/healthz`)).status).to.equal(200)
    }
    expect(await stored()).to.deep.equal([])
    await send(`${teahouse.url}/chat`, { method: 'POST', body: 'wake up' })
    await until(() => connection.socket.closed)
    expect(statusesOf(connection.text)).to.have.length(MOST)
    expect(lastOf(connection.text)).to.equal(MOST - 1)
    expect(await stored()).to.deep.equal(['wake up', ...textsOf(MOST - 1)])
  })

  it('wait behind a stream for ever, however many, and are forgotten with it', async () => {
    for (const count of [1, 100]) {
      const connection = await dial(
        teahouse.url,
        requestText('GET', '/stream') + posts(count) + requestText('GET', '/stream'),
      )
      await until(() => connection.text.includes('connecttime'))
      const ticks = () => connection.text.split('data:').length
      const before = ticks()
      connection.socket.write(posts(100))
      await until(() => ticks() > before + 1)
      expect(teahouse.hub.size).to.equal(1)
      connection.socket.destroy()
      await until(() => teahouse.hub.size === 0)
      expect(await stored()).to.deep.equal([])
    }
  })

  it('are few if they are large: what waits has a bound in bytes', async () => {
    const { cursor } = (await send(`${teahouse.url}/messages`)).json
    const large = POST.replace('\r\n', `\r\nX: ${'x'.repeat(12_000)}\r\n`)
    const connection = await dial(teahouse.url, requestText('GET', `/messages?after=${cursor}&wait=60`))
    for (let sent = 0; sent < 30; sent++) {
      connection.socket.write(`${large}Content-Length: 2\r\n\r\nhi`)
      await send(`${teahouse.url}/healthz`)
    }
    await send(`${teahouse.url}/chat`, { method: 'POST', body: 'wake up' })
    await until(() => connection.socket.closed)
    expect(statusesOf(connection.text).length).to.be.within(3, 14)
    expect(await stored()).to.have.length(statusesOf(connection.text).length)
  })

  it('are answered before what cannot be understood ends the connection', async () => {
    for (const garbage of [
      '\0\0',
      'GET / HTTP/9.9\r\n\r\n',
      `X: ${'x'.repeat(20_000)}`,
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      const before = await stored()
      const connection = await dial(teahouse.url, posts(3) + garbage)
      await until(() => connection.socket.closed)
      expect(statusesOf(connection.text), garbage.slice(0, 20)).to.deep.equal([201, 201, 201])
      expect(lastOf(connection.text)).to.equal(2)
      expect(await stored()).to.deep.equal([...before, ...textsOf(3)])
    }
  })

  it('whose body cannot be understood are refused in their turn', async () => {
    const broken = `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`
    const connection = await dial(teahouse.url, posts(2) + broken)
    await until(() => connection.socket.closed)
    expect(statusesOf(connection.text)).to.deep.equal([201, 201, 400])
    expect(lastOf(connection.text)).to.equal(2)
    expect(await stored()).to.deep.equal(textsOf(2))
  })
})
