import { expect } from 'chai'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const POST = 'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Type: text/plain\r\n'

describe('pipelined requests', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse()))
  afterEach(async () => {
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('are done one after the other', async () => {
    const post = (text: string) => `${POST}Content-Length: ${text.length}\r\n\r\n${text}`
    const connection = await dial(
      teahouse.url,
      `${post('one')}${post('two')}${requestText('GET', '/messages')}${post('three')}${requestText('GET', '/messages')}`,
    )
    await until(() => connection.text.match(/HTTP\/1.1 20/g)?.length === 5)
    const counts = Array.from(connection.text.matchAll(/"messages":(\[.*?\])/g), ([, list]) => JSON.parse(list!).length)
    expect(counts).to.deep.equal([2, 3])
    connection.socket.destroy()
  })

  it('wait behind a stream for ever, and are forgotten with it', async () => {
    const connection = await dial(
      teahouse.url,
      requestText('GET', '/stream') + `${POST}Content-Length: 2\r\n\r\nhi` + requestText('GET', '/stream'),
    )
    await until(() => connection.text.includes('connecttime'))
    connection.socket.destroy()
    await until(() => teahouse.hub.size === 0)
    expect(await (await fetch(`${teahouse.url}/messages`)).text()).not.to.include('hi')
  })

  it('end the connection when there are too many', async () => {
    const few = await dial(teahouse.url, requestText('GET', '/healthz').repeat(30))
    await until(() => few.text.match(/HTTP\/1.1 200/g)?.length === 30)
    few.socket.destroy()
    const { socket } = await dial(
      teahouse.url,
      requestText('GET', '/stream') + requestText('GET', '/healthz').repeat(40),
    )
    await until(() => socket.closed)
    await until(() => teahouse.hub.size === 0)
  })
})
