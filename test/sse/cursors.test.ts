import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { comment, encode } from '../../src/sse/index.ts'
import { OPENING, openChannel, send } from '../support/channel.ts'
import { Ear } from '../support/http/ear.ts'
import { entries, entry, Log, numbersIn, range } from '../support/process/log.ts'

async function rest(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn()
}

describe('the cursor of a stream that joins a Channel', () => {
  for (const cursor of [1.5, -1, NaN, Infinity, 2 ** 53, '1', null] as number[]) {
    it(`is refused at once when it is ${JSON.stringify(cursor) ?? 'no number'} (${cursor})`, () => {
      const ear = new Ear()
      const channel = openChannel({ source: new Log(3), head: 3 })
      expect(() => channel.join(ear.stream, OPENING, cursor)).to.throw(RangeError, 'cursor must be a whole number')
      expect(channel.streams.size).to.equal(0)
    })
  }

  it('may be an entry that waits for its broadcast: it gets those after it, once', async () => {
    const channel = openChannel({ source: new Log(10), head: 10 })
    const ears = range(9, 13).map((cursor) => ({ cursor, ear: new Ear() }))
    channel.append(entries(11, 13))
    for (const { cursor, ear } of ears) channel.join(ear.stream, OPENING, cursor)
    await send(channel)
    await rest()
    channel.append([entry(14)])
    await send(channel)
    for (const { cursor, ear } of ears)
      expect(numbersIn(ear.text), `from ${cursor}`).to.deep.equal(range(cursor + 1, 14))
  })

  it('may be an entry that the log has, and the channel has yet to hear of; it hears heartbeats meanwhile', async () => {
    const log = new Log(12)
    const channel = openChannel({ source: log, head: 10 })
    const ear = new Ear()
    channel.join(ear.stream, OPENING, 12)
    await rest()
    channel.beat(performance.now() + 15_000, 15_000, 60_000)
    await send(channel)
    expect(ear.text).to.equal('retry: 3000\n\n: heartbeat\n\n')
    channel.append(entries(11, 11))
    await send(channel)
    channel.append(entries(12, 13))
    await send(channel)
    await rest()
    expect(numbersIn(ear.text)).to.deep.equal([13])
  })

  it('is lost when it is ahead of the log, and the stream goes on from the head', async () => {
    const channel = openChannel({ source: new Log(10), head: 10 })
    const ear = new Ear()
    channel.join(ear.stream, OPENING, 11)
    await rest()
    channel.append([entry(11)])
    await send(channel)
    expect(ear.text).to.equal(`retry: 3000\n\nevent: lost\ndata: 10\n\n${String(entry(11))}`)
  })

  it('does not spoil what others read when it is ahead of the log', async () => {
    const log = new Log(10)
    const channel = openChannel({ source: log, head: 10 })
    const [ahead, late] = [new Ear(), new Ear()]
    channel.join(ahead.stream, OPENING, 1000)
    await rest()
    log.frames = entries(1, 2000)
    channel.append(log.frames.slice(10))
    await send(channel)
    channel.join(late.stream, OPENING, 5)
    for (let turns = 0; turns < 200; turns++) await turn()
    expect(numbersIn(late.text)).to.deep.equal(range(6, 2000))
  })

  describe('of a channel without a source', () => {
    it('goes on with what the channel itself keeps', async () => {
      const channel = openChannel()
      channel.append(entries(1, 20))
      await send(channel)
      const ear = new Ear()
      channel.join(ear.stream, OPENING, 5)
      expect(numbersIn((await rest(), ear.text))).to.deep.equal(range(6, 20))
    })

    it('is lost when that is no longer kept, or is ahead', async () => {
      const channel = openChannel()
      channel.append(entries(1, 2000))
      await send(channel)
      for (const cursor of [0, 2001]) {
        const ear = new Ear()
        channel.join(ear.stream, OPENING, cursor)
        await rest()
        expect(ear.text).to.equal('retry: 3000\n\nevent: lost\ndata: 2000\n\n')
      }
    })
  })

  describe('in two channels', () => {
    it('is one of its own in each, also when the stream falls behind', async () => {
      const [news, clock] = [openChannel({ source: new Log(3), head: 3 }), openChannel()]
      const ear = new Ear()
      ear.stream.pause()
      news.join(ear.stream, OPENING, 1)
      clock.join(ear.stream)
      clock.pass(comment('tick'))
      await send(clock)
      clock.append([encode({ data: 'x'.repeat(100_000) })])
      await send(clock)
      news.append([entry(4)])
      clock.pass(comment('tock'))
      for (const channel of [news, clock]) await send(channel)
      ear.stream.resume()
      await rest()
      expect(numbersIn(ear.text)).to.deep.equal([2, 3, 4])
      expect(ear.text.match(/^retry: /gm)).to.have.length(1)
    })

    it('ends with the first of them that ends', async () => {
      const [one, other] = [openChannel(), openChannel()]
      const ear = new Ear()
      one.join(ear.stream)
      other.join(ear.stream)
      one.end(() => 1000)
      other.pass(comment('too late'))
      await send(other)
      await rest()
      expect(ear.text).to.equal('retry: 3000\n\nretry: 1000\nevent: closing\ndata: \n\n')
      expect(other.streams.size).to.equal(0)
    })
  })
})
