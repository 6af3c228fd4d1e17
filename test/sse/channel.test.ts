import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import { Channel, comment, encode, EventStream, type ChannelOptions } from '../../src/sse/index.ts'
import { Ear } from '../support/ear.ts'
import { entries, entry, Log, numbersIn, range } from '../support/log.ts'

const OPENING = encode({ retry: 3000 })

function open(options: Partial<ChannelOptions> = {}): Channel {
  return new Channel(
    {
      lost: (head) => encode({ event: 'lost', data: String(head) }),
      heartbeat: () => comment('heartbeat'),
      closing: (retry) => encode({ event: 'closing', retry, data: '' }),
      ...options,
    },
    () => {},
  )
}

/** Lets what was sent arrive. */
async function send(channel: Channel): Promise<void> {
  channel.flush(Infinity)
  await turn()
}

describe('Channel', () => {
  it('writes the opening at once', () => {
    const stream = new EventStream()
    open().join(stream, OPENING)
    expect(String(stream.read())).to.equal(String(OPENING))
  })

  it('joins what comes in one turn into one buffer, which all live streams share', async () => {
    const channel = open({ source: new Log() })
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
    const channel = open({ source: new Log(50), head: 50 })
    const ears = [new Ear(), new Ear()]
    for (const { stream } of ears) channel.join(stream, OPENING, 0)
    for (let turns = 0; turns < 5; turns++) await turn()
    expect(numbersIn(ears[0]!.text)).to.deep.equal(range(1, 50))
    expect(ears[1]!.chunks[1]).to.equal(ears[0]!.chunks[1])
  })

  it('reads each page from the log once for five hundred streams that are a hundred entries behind', async () => {
    const log = new Log(100)
    const channel = open({ source: log, head: 100 })
    const ears = range(1, 500).map(() => new Ear())
    for (const { stream } of ears) channel.join(stream, OPENING, 0)
    for (let turns = 0; turns < 10; turns++) await turn()
    for (const { text } of ears) expect(numbersIn(text)).to.deep.equal(range(1, 100))
    expect(log.reads).to.deep.equal([0, 64])
  })

  it('holds little for a stream that never reads, and has all for it when it does', async () => {
    const log = new Log()
    const channel = open({ source: log })
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
    for (let turns = 0; idle.state === 'behind' && turns < 2000; turns++) await turn()
    expect(numbersIn(text)).to.deep.equal(range(1, 200))
  })

  it('tells a stream how things stand when it becomes live, and again only when it has missed what passed', async () => {
    const log = new Log()
    const channel = open({ source: log, snapshot: () => comment('snapshot') })
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
      expect(stream.state).to.equal('behind')
    }
    channel.join(stream, OPENING)
    channel.pass(comment('heard'))
    await send(channel)
    await read()
    expect(snapshots).to.equal(1)

    await fallBehind()
    await read()
    expect(stream.state).to.equal('live')
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
    const channel = open({ source: log, head: 100 })
    const [late, later] = [new Ear(), new Ear()]
    channel.join(late.stream, OPENING, 10)
    channel.join(later.stream, OPENING, 49)
    for (let turns = 0; turns < 5; turns++) await turn()
    channel.append([entry(101)])
    await send(channel)
    expect(late.text).to.equal(`${OPENING.toString()}event: lost\ndata: 100\n\n${entry(101).toString()}`)
    expect(numbersIn(later.text)).to.deep.equal(range(50, 101))
  })

  it('cuts off the streams that wait for a log that cannot be read, and only these', async () => {
    const errors: unknown[] = []
    const failure = new Error('disk')
    const channel = open({
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
    const channel = open()
    channel.beat(Date.now() + 60_000, 15_000)
    expect(channel.flush(Infinity)).to.equal(true)
    const ear = new Ear()
    channel.join(ear.stream, OPENING)
    channel.pass(comment('traffic'))
    await send(channel)
    const now = Date.now()
    channel.beat(now + 14_000, 15_000)
    await send(channel)
    expect(ear.text).not.to.include('heartbeat')
    channel.beat(now + 15_000, 15_000)
    await send(channel)
    expect(ear.text.match(/heartbeat/g)).to.have.length(1)
  })

  it('ends every stream, whatever state it is in, each with its own time to come back', async () => {
    const channel = open({ source: { read: () => new Promise(() => {}) }, head: 10 })
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
    const channel = open()
    channel.end(() => 1000)
    const ear = new Ear()
    channel.join(ear.stream, OPENING)
    for (let turns = 0; turns < 3; turns++) await turn()
    expect(ear.text).to.equal(`${OPENING.toString()}retry: 1000\nevent: closing\ndata: \n\n`)
    expect(channel.streams.size).to.equal(0)
  })

  it('keeps nothing of streams that have closed, and writes to a closed or ended one without harm', async () => {
    let answer: (frames: Buffer[]) => void = () => {}
    const read = () => new Promise<Buffer[]>((resolve) => (answer = resolve))
    const channel = open({ source: { read }, head: 10 })
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
