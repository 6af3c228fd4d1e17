import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { comment, EventStream } from '../../src/sse/index.ts'
import { OPENING, openChannel, placeOf, send } from '../support/channel.ts'
import { Ear } from '../support/http/ear.ts'
import { entries, entry, Log, numbersIn, range } from '../support/process/log.ts'

describe('Channel', () => {
  it('writes the opening at once', () => {
    const stream = new EventStream()
    openChannel().join(stream, OPENING)
    expect(String(stream.read())).to.equal(String(OPENING))
  })

  it('joins what comes in one turn into one buffer, which all live streams share', async () => {
    const channel = openChannel({ source: new Log() })
    const ears = [new Ear(), new Ear(), new Ear()]
    for (const { stream } of ears) channel.join(stream, OPENING)
    channel.append(entries(1, 3))
    channel.pass(comment('typing'))
    channel.append([entry(4)])
    await send(channel)
    const [first] = ears
    expect(first!.chunks.slice(1)).to.have.length(1)
    expect(first!.text).to.equal(String(Buffer.concat([OPENING, ...entries(1, 3), comment('typing'), entry(4)])))
    for (const { chunks } of ears) expect(chunks[1]).to.equal(first!.chunks[1])
  })

  it('shares the buffer also among streams that come back to the same cursor', async () => {
    const channel = openChannel({ source: new Log(50), head: 50 })
    const ears = [new Ear(), new Ear()]
    for (const { stream } of ears) channel.join(stream, OPENING, 0)
    for (let turns = 0; turns < 5; turns++) await turn()
    expect(numbersIn(ears[0]!.text)).to.deep.equal(range(1, 50))
    expect(ears[1]!.chunks[1]).to.equal(ears[0]!.chunks[1])
  })

  it('reads each page from the log once for five hundred streams that are a hundred entries behind', async () => {
    const log = new Log(100)
    const channel = openChannel({ source: log, head: 100 })
    const ears = range(1, 500).map(() => new Ear())
    for (const { stream } of ears) channel.join(stream, OPENING, 0)
    for (let turns = 0; turns < 10; turns++) await turn()
    for (const { text } of ears) expect(numbersIn(text)).to.deep.equal(range(1, 100))
    expect(log.reads).to.deep.equal([0, 64])
  })

  it('cuts off a reader that takes nothing for a minute, and not one that takes a little', async () => {
    const channel = openChannel({ source: new Log(100, 8 * 1024), head: 100 })
    const [stalled, slow] = [new EventStream(), new EventStream()]
    for (const stream of [stalled, slow]) channel.join(stream, OPENING, 0)
    for (let seconds = 0; seconds <= 60; seconds++) {
      expect([stalled.destroyed, slow.destroyed]).to.deep.equal([false, false])
      if (seconds % 10 === 0) slow.read()
      await turn()
      channel.beat(seconds * 1000, 15_000, 60_000)
    }
    expect([stalled.destroyed, slow.destroyed]).to.deep.equal([true, false])
  })

  it('holds little for a stream that never reads, and has all for it when it does', async () => {
    const log = new Log()
    const channel = openChannel({ source: log })
    const idle = new EventStream()
    channel.join(idle, OPENING)
    for (let number = 1; number <= 200; number++) {
      const frame = entry(number, 48 * 1024 - 20)
      log.frames.push(frame)
      channel.append([frame])
      channel.pass(comment('x'.repeat(40 * 1024)))
      await send(channel)
      expect(idle.readableLength + idle.writableLength).to.be.below(128 * 1024)
    }
    let text = ''
    idle.on('data', (chunk: Buffer) => (text += String(chunk)))
    for (let turns = 0; placeOf(channel, idle).state === 'behind' && turns < 2000; turns++) await turn()
    expect(numbersIn(text)).to.deep.equal(range(1, 200))
  })

  it('tells a stream how things stand when it becomes live, and again only when it has missed what passed', async () => {
    const log = new Log()
    const channel = openChannel({ source: log, snapshot: () => comment('snapshot') })
    const stream = new EventStream()
    let snapshots = 0
    const read = async () => {
      for (let chunk = stream.read() as Buffer | null; chunk; chunk = stream.read() as Buffer | null) {
        snapshots += String(chunk).match(/^: snapshot$/gm)?.length ?? 0
        await turn()
      }
    }
    const fallBehind = async () => {
      const frame = entry(channel.head + 1, 40_000)
      log.frames.push(frame)
      channel.append([frame])
      await send(channel)
      expect(placeOf(channel, stream).state).to.equal('behind')
    }
    channel.join(stream, OPENING)
    channel.pass(comment('heard'))
    await send(channel)
    await read()
    expect(snapshots).to.equal(1)

    await fallBehind()
    await read()
    expect(placeOf(channel, stream).state).to.equal('live')
    expect(snapshots).to.equal(1)

    await fallBehind()
    channel.pass(comment('missed'))
    await send(channel)
    await read()
    expect(snapshots).to.equal(2)
  })

  it('says so when what a stream has missed is no longer kept, and goes on from the head', async () => {
    const log = new Log(100)
    log.first = 50
    const channel = openChannel({ source: log, head: 100 })
    const [late, later] = [new Ear(), new Ear()]
    channel.join(late.stream, OPENING, 10)
    channel.join(later.stream, OPENING, 49)
    for (let turns = 0; turns < 5; turns++) await turn()
    channel.append([entry(101)])
    await send(channel)
    expect(late.text).to.equal(`retry: 3000\n\nevent: lost\ndata: 100\n\n${String(entry(101))}`)
    expect(numbersIn(later.text)).to.deep.equal(range(50, 101))
  })

  it('cuts off the streams that wait for a log that cannot be read, and only these', async () => {
    const errors: unknown[] = []
    const failure = new Error('disk')
    const channel = openChannel({
      source: { read: () => Promise.reject(failure) },
      head: 10,
      onError: (error) => errors.push(error),
    })
    const [behind, live] = [new Ear(), new Ear()]
    channel.join(behind.stream, OPENING, 0)
    channel.join(live.stream, OPENING)
    for (let turns = 0; turns < 3; turns++) await turn()
    expect(behind.stream.destroyed).to.equal(true)
    expect(errors).to.deep.equal([failure])
    expect([...channel.streams]).to.deep.equal([live.stream])
  })

  it('beats only when nothing was sent for a while, and somebody is there', async () => {
    const channel = openChannel()
    channel.beat(performance.now() + 60_000, 15_000, 60_000)
    expect(channel.flush(Infinity)).to.equal(true)
    const ear = new Ear()
    channel.join(ear.stream, OPENING)
    channel.pass(comment('traffic'))
    await send(channel)
    const now = performance.now()
    channel.beat(now + 14_000, 15_000, 60_000)
    await send(channel)
    expect(ear.text).not.to.include('heartbeat')
    channel.beat(now + 15_000, 15_000, 60_000)
    await send(channel)
    expect(ear.text.match(/heartbeat/g)).to.have.length(1)
  })
})
