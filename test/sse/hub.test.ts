import type { Chunk } from '../../src/sse/chunk.ts'
import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { comment, encode, EventStream, Hub, type Channel, type ChannelOptions } from '../../src/sse/index.ts'
import { placeOf } from '../support/channel.ts'
import { Ear } from '../support/http/ear.ts'
import { entries, entry, Log, numbersIn, range } from '../support/process/log.ts'
import { until } from '../support/until.ts'

const OPENING = comment('opening')
const OPTIONS: ChannelOptions = {
  heartbeat: () => comment('heartbeat'),
  closing: (retry) => encode({ event: 'closing', retry, data: '' }),
}

/** A stream that a broadcast takes long to write to: longer than it may take before all else has its turn. */
class LongStream extends EventStream {
  override send(chunk: Chunk): boolean {
    const end = performance.now() + 12
    while (performance.now() < end);
    return super.send(chunk)
  }
}

describe('Hub', () => {
  let hub: Hub
  beforeEach(() => void (hub = new Hub({ heartbeatMs: 15_000 })))
  afterEach(() => hub.end(() => 0))

  it('sends what comes within one turn as one buffer, at the end of the turn', async () => {
    const channel = hub.open({ ...OPTIONS, source: new Log() })
    const ear = new Ear()
    channel.join(ear.stream, OPENING)
    for (const frame of entries(1, 100)) channel.append([frame])
    await Promise.resolve()
    expect(ear.text).not.to.include('id:')
    await until(() => ear.text.includes('id:'))
    expect(ear.chunks).to.have.length(2)
    expect(numbersIn(ear.text)).to.deep.equal(range(1, 100))
  })

  it('sends to the streams of a channel, and to no others', async () => {
    const [one, other] = [hub.open(OPTIONS), hub.open(OPTIONS)]
    const [ear, deaf] = [new Ear(), new Ear()]
    one.join(ear.stream, OPENING)
    other.join(deaf.stream, OPENING)
    one.pass(comment('here'))
    await until(() => ear.text.includes('here'))
    expect(deaf.text).to.equal(String(OPENING))
    expect(hub.size).to.equal(2)
  })

  it('has no more streams once they have closed', async () => {
    const channel = hub.open(OPTIONS)
    const streams = range(1, 100).map(() => new EventStream())
    for (const stream of streams) channel.join(stream, OPENING)
    expect(hub.size).to.equal(100)
    for (const stream of streams) stream.destroy()
    await until(() => hub.size === 0)
  })

  it('ends the streams of a channel that it closes, and those that join it later, and sends nothing more', async () => {
    const channel = hub.open(OPTIONS)
    const [ear, late] = [new Ear(), new Ear()]
    channel.join(ear.stream, OPENING)
    channel.pass(comment('before'))
    hub.close(channel)
    channel.pass(comment('after'))
    channel.join(late.stream, OPENING)
    await until(() => channel.streams.size === 0 && late.stream.destroyed)
    for (const { text } of [ear, late]) expect(text).to.equal(': opening\n\nretry: 3000\nevent: closing\ndata: \n\n')
  })

  it('sends a heartbeat into a quiet channel', async () => {
    const quick = new Hub({ heartbeatMs: 15 })
    const ear = new Ear()
    quick.open(OPTIONS).join(ear.stream, OPENING)
    await until(() => ear.text.split(': heartbeat').length > 3)
    quick.end(() => 0)
  })

  it('ends the streams of all channels, each with its own time to come back', async () => {
    const ears = range(0, 9).map(() => new Ear())
    for (const { stream } of ears) hub.open(OPTIONS).join(stream, OPENING)
    let retryMs = 0
    hub.end(() => retryMs++)
    await until(() => hub.size === 0)
    for (const [index, { text }] of ears.entries()) {
      expect(text).to.equal(`: opening\n\nretry: ${index}\nevent: closing\ndata: \n\n`)
    }
  })

  it('ends a stream at once that joins a new channel after the end', async () => {
    hub.end(() => 7)
    const ear = new Ear()
    hub.open(OPTIONS).join(ear.stream, OPENING)
    await until(() => ear.text.includes('retry: 7'))
    await until(() => hub.size === 0)
  })

  it('sends waiting frames soon after the promises of the turn are done, before the next turn', async () => {
    const channel = hub.open({ source: new Log() })
    const { stream } = new Ear()
    channel.join(stream, OPENING)
    await turn()
    const order: string[] = []
    stream.on('data', () => order.push('sent'))
    setImmediate(() => order.push('next turn'))
    channel.append([entry(1)])
    hub.flushSoon()
    channel.append([entry(2)])
    hub.flushSoon()
    void Promise.resolve().then(() => order.push('answered'))
    await turn()
    expect(order).to.deep.equal(['answered', 'sent', 'next turn'])
  })

  describe('with very many streams', function () {
    this.timeout(60_000)
    const STREAMS = 20_000
    let channel: Channel
    let streams: EventStream[]

    beforeEach(() => {
      channel = hub.open({ ...OPTIONS, source: new Log() })
      streams = range(1, STREAMS).map((number) => (number % 8000 === 1 ? new LongStream() : new EventStream()))
      for (const stream of streams) channel.join(stream, OPENING)
    })
    afterEach(async () => {
      for (const stream of streams) stream.destroy()
      await until(() => hub.size === 0)
    })

    const has = (stream: EventStream | undefined) => stream!.readableLength > OPENING.length

    it('lets everything else have its turn during a broadcast, and reaches each once, in order', async () => {
      let turnsBetween = 0
      channel.append(entries(1, 2))
      for (let number = 3; !has(streams.at(-1)); number++) {
        await turn()
        if (!has(streams[0]) || has(streams.at(-1))) continue
        turnsBetween++
        if (number <= 5) channel.append([entry(number)])
      }
      expect(turnsBetween).to.be.above(0)
      const all = range(1, channel.head)
      const last = channel.head
      await until(() => placeOf(channel, streams.at(-1)!).cursor === last)
      for (const stream of streams) expect(numbersIn(String(stream.read()))).to.deep.equal(all)
    })

    it('lets another channel have its turn during a broadcast', async () => {
      const other = hub.open(OPTIONS)
      const ear = new Ear()
      const last = streams.at(-1)
      streams.push(ear.stream)
      other.join(ear.stream, OPENING)
      channel.append([entry(1)])
      other.pass(comment('here'))
      while (!ear.text.includes('here') && !has(last)) await turn()
      expect(has(last)).to.equal(false)
    })
  })
})
