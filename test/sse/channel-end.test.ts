import { expect } from 'chai'
import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { comment, EventStream, Hub, startEventStream } from '../../src/sse/index.ts'
import { OPENING, openChannel, send } from '../support/channel.ts'
import { Ear } from '../support/http/ear.ts'
import { entries } from '../support/process/log.ts'
import { until } from '../support/until.ts'

describe('Channel, at the end', () => {
  it('ends every stream, whatever state it is in, each with its own time to come back', async () => {
    const channel = openChannel({ source: { read: () => new Promise(() => {}) }, head: 10 })
    const [live, reading, slow, early] = [new Ear(), new Ear(), new Ear(), new Ear()]
    channel.join(live.stream, OPENING)
    channel.join(reading.stream, OPENING, 0)
    channel.join(slow.stream, comment('x'.repeat(100_000)))
    channel.join(early.stream, OPENING, 12)
    channel.append(entries(11, 13))
    let retryMs = 1000
    channel.end(() => retryMs++)
    await send(channel)
    for (const [index, { text }] of [live, reading, slow, early].entries()) {
      expect(text.endsWith(`retry: ${1000 + index}\nevent: closing\ndata: \n\n`)).to.equal(true)
    }
    await turn()
    expect(channel.streams.size).to.equal(0)
  })

  it('ends a stream at once that joins after the end', async () => {
    const channel = openChannel()
    channel.end(() => 1000)
    const ear = new Ear()
    channel.join(ear.stream, OPENING)
    for (let turns = 0; turns < 3; turns++) await turn()
    expect(ear.text).to.equal(`retry: 3000\n\nretry: 1000\nevent: closing\ndata: \n\n`)
    expect(channel.streams.size).to.equal(0)
  })

  it('cuts off a reader that takes nothing of its end, also when the channel is closed by then', async () => {
    const hub = new Hub({ heartbeatMs: 150, stallMs: 200 })
    const channel = hub.open()
    const responses: ServerResponse[] = []
    const server = createServer((request, response) => {
      responses.push(response)
      channel.join(startEventStream(request, response), comment('x'.repeat(8_000_000)))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    await until(() => channel.streams.size === 1)
    channel.end(() => 1000)
    hub.close(channel)
    expect([...hub]).to.deep.equal([channel])
    await until(() => responses[0]!.destroyed, undefined, 5000)
    await until(() => channel.streams.size === 0 && [...hub].length === 0, undefined, 5000)
    socket.destroy()
    hub.end(() => 0)
    server.close()
  })

  it('keeps nothing of streams that have closed, and writes to a closed or ended one without harm', async () => {
    let answer: (frames: Buffer[]) => void = () => {}
    const read = () => new Promise<Buffer[]>((resolve) => (answer = resolve))
    const channel = openChannel({ source: { read }, head: 10 })
    const [gone, destroyed, ended, reading] = [new EventStream(), new Ear(), new Ear(), new Ear()]
    gone.destroy()
    await turn()
    channel.join(gone, OPENING)
    channel.join(destroyed.stream, OPENING)
    channel.join(ended.stream, OPENING)
    channel.join(reading.stream, OPENING, 0)
    channel.append(entries(11, 12))
    destroyed.stream.destroy()
    ended.stream.end()
    reading.stream.end()
    answer(entries(1, 10))
    await send(channel)
    channel.pass(comment('still here'))
    await send(channel)
    await turn()
    expect(channel.streams.size).to.equal(0)
  })
})
