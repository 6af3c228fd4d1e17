import { expect } from 'chai'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { ConnectionLimits } from '../../../src/server/server.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const HEAD = 'GET /healthz HTTP/1.1\r\nHost: teahouse\r\n'
const POST = 'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Type: text/plain\r\n'

describe('what a connection may cost', () => {
  let teahouse: Teahouse
  const sockets: Socket[] = []
  const start = async (connectionLimits: ConnectionLimits) =>
    void (teahouse = await startTeahouse({ connectionLimits }))
  const open = async (bytes: string) => {
    const connection = await dial(teahouse.url, bytes)
    sockets.push(connection.socket)
    return connection
  }
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('takes headers of so many bytes, and answers more with 431', async () => {
    await start({ headerBytes: 4096 })
    const good = await open(`${HEAD}X: ${'x'.repeat(3900)}\r\n\r\n`)
    await until(() => good.text.startsWith('HTTP/1.1 200'))
    const bad = await open(`${HEAD}X: ${'x'.repeat(4200)}\r\n\r\n`)
    await until(() => bad.text.startsWith('HTTP/1.1 431'))
    await until(() => bad.socket.closed)
  })

  it('cuts off who does not finish the headers, or begin them; others are answered meanwhile', async () => {
    await start({ headerMs: 1500, requestMs: 60_000 })
    const drip = await open(HEAD)
    const dripping = setInterval(() => drip.socket.write('X: y\r\n'), 50)
    const silent = await open('')
    const patient = await open(HEAD)
    patient.socket.write('\r\n')
    await until(() => patient.text.startsWith('HTTP/1.1 200'))
    await until(() => [drip, silent].every(({ socket }) => socket.closed))
    clearInterval(dripping)
    for (const { text } of [drip, silent]) expect(text).to.match(/^HTTP\/1.1 408 /)
  })

  it('cuts off who does not finish a body, whether its length is known or not', async () => {
    await start({ headerMs: 1000, requestMs: 2000 })
    const long = await open(`${POST}Content-Length: 1000\r\n\r\n`)
    const chunked = await open(`${POST}Transfer-Encoding: chunked\r\n\r\n`)
    const dripping = setInterval(() => {
      long.socket.write('x')
      chunked.socket.write('1\r\nx\r\n')
    }, 50)
    const quick = await open(`${POST}Content-Length: 2\r\n\r\nhi`)
    await until(() => quick.text.startsWith('HTTP/1.1 201'))
    await until(() => [long, chunked].every(({ socket }) => socket.closed))
    clearInterval(dripping)
    for (const { text } of [long, chunked]) expect(text).to.match(/^HTTP\/1.1 408 /)
  })

  it('leaves a stream alone, however long it lasts', async () => {
    await start({ headerMs: 200, requestMs: 500 })
    const { socket } = await open(requestText('GET', '/stream'))
    const cut = await open(HEAD)
    await once(cut.socket, 'close')
    expect(socket.closed).to.equal(false)
  })

  it('has so many connections open, closes one more, and takes another when one has gone', async () => {
    await start({ connections: 3 })
    for (let count = 0; count < 3; count++) {
      const stream = await open(requestText('GET', '/stream'))
      await until(() => stream.text !== '')
    }
    const more = await open(requestText('GET', '/healthz'))
    await until(() => more.socket.closed)
    expect(more.text).to.equal('')
    sockets[0]!.destroy()
    await until(async () => {
      const next = await open(requestText('GET', '/healthz'))
      await until(() => next.text !== '' || next.socket.closed)
      return next.text.startsWith('HTTP/1.1 200')
    })
  })
})
