import { expect } from 'chai'
import { BLOCK_BYTES, type Block } from '../../src/sse/blocks.ts'
import { ReplayMemory } from '../../src/sse/replay-memory.ts'
import { Replay, type Source } from '../../src/sse/replay.ts'
import { entries, entry, Log, numbersIn, range } from '../support/process/log.ts'

const MUCH_BYTES = 16 * 1024 * 1024

const replayOf = (source: Source, head: number, memory = new ReplayMemory(MUCH_BYTES)) =>
  new Replay(source, head, memory)

/** Reads everything after `after`, block by block, as a stream does. */
async function readAll(replay: Replay, after: number, upTo: number): Promise<{ numbers: number[]; blocks: Block[] }> {
  const blocks: Block[] = []
  for (let cursor = after; cursor < upTo; cursor = blocks.at(-1)!.last) {
    const block = await replay.after(cursor, upTo)
    if (!block) throw new Error(`entry ${cursor + 1} is lost`)
    blocks.push(block)
  }
  return { numbers: blocks.flatMap(({ bytes }) => numbersIn(String(bytes))), blocks }
}

describe('Replay', () => {
  it('answers at once from memory for what was pushed, and shares the buffer', () => {
    const replay = replayOf(new Log(), 10)
    for (const frame of entries(11, 20)) replay.push(frame)
    const block = replay.after(10, 20) as Block
    expect(block).to.include({ last: 20 })
    expect(numbersIn(String(block.bytes))).to.deep.equal(range(11, 20))
    expect(replay.after(10, 20)).to.equal(block)
  })

  it('stops at the entry asked for', async () => {
    const replay = replayOf(new Log(100), 50)
    for (const frame of entries(51, 100)) replay.push(frame)
    for (const [after, upTo] of [
      [0, 1],
      [0, 64],
      [3, 49],
      [50, 51],
      [60, 99],
    ] as const) {
      expect((await readAll(replay, after, upTo)).numbers).to.deep.equal(range(after + 1, upTo))
    }
  })

  it('joins no more than a block at once, unless one frame is more', async () => {
    const log = new Log()
    log.frames = range(1, 60).map((number) => entry(number, number % 7 === 0 ? 48 * 1024 : 5000))
    const { numbers, blocks } = await readAll(replayOf(log, 60), 0, 60)
    expect(numbers).to.deep.equal(range(1, 60))
    for (const { bytes } of blocks) {
      if (numbersIn(String(bytes)).length > 1) expect(bytes.length).to.be.at.most(BLOCK_BYTES)
    }
  })

  it('reads from the source what it no longer remembers, however much is pushed', async () => {
    const log = new Log(3000)
    const replay = replayOf(log, 0)
    for (const frame of log.frames) replay.push(frame)
    expect((await readAll(replay, 0, 3000)).numbers).to.deep.equal(range(1, 3000))
    expect(log.reads.length).to.be.within(1, Math.ceil(3000 / 64))
  })

  it('remembers a bounded number of bytes', () => {
    const log = new Log()
    const replay = replayOf(log, 0)
    for (const frame of entries(1, 100, 48 * 1024)) replay.push(frame)
    void replay.after(100 - 6, 100)
    expect(log.reads).to.deep.equal([94])
  })

  it('reads everything again once it is told that the source has changed', async () => {
    const log = new Log(200)
    const replay = replayOf(log, 100)
    for (const frame of entries(101, 200)) replay.push(frame)
    await readAll(replay, 0, 200)
    log.frames[10] = entry(11, 7)
    log.frames[150] = entry(151, 9)
    replay.forget()
    const { blocks } = await readAll(replay, 0, 200)
    const bytes = blocks.map((block) => String(block.bytes)).join('')
    expect(bytes).to.equal(Buffer.concat(log.frames).toString())
    for (const frame of entries(201, 210)) replay.push(frame)
    expect(replay.after(200, 210)).to.include({ last: 210 })
  })

  it('reads a page again that was on its way when the source changed', async () => {
    const log = new Log(20)
    const replay = replayOf(log, 20)
    const reading = replay.after(0, 20)
    log.frames[10] = entry(11, 7)
    replay.forget()
    expect(String((await reading)!.bytes)).to.equal(Buffer.concat(log.frames).toString())
  })

  it('reads a page once, however many want it and wherever in it they begin', async () => {
    const log = new Log(256)
    const replay = replayOf(log, 256)
    const all = await Promise.all(range(0, 499).map((index) => readAll(replay, index % 256, 256)))
    for (const [index, { numbers }] of all.entries()) expect(numbers).to.deep.equal(range((index % 256) + 1, 256))
    expect(log.reads.toSorted((a, b) => a - b)).to.deep.equal([0, 64, 128, 192])
  })

  it('reads a page again that was not full, when it is asked for what has come since', async () => {
    const log = new Log(10)
    const replay = replayOf(log, 10)
    await readAll(replay, 0, 10)
    log.frames.push(...entries(11, 20))
    const all = await Promise.all(range(1, 50).map(() => readAll(replay, 10, 20)))
    for (const { numbers } of all) expect(numbers).to.deep.equal(range(11, 20))
    expect(log.reads).to.deep.equal([0, 0])
  })

  it('begins a page where what is kept begins, and still reads it once', async () => {
    const log = new Log(120)
    log.first = 31
    const replay = replayOf(log, 120)
    const all = await Promise.all(range(1, 500).map(() => readAll(replay, 30, 120)))
    for (const { numbers } of all) expect(numbers).to.deep.equal(range(31, 120))
    expect(log.reads.length).to.be.at.most(4)
  })

  it('says so once when the source no longer keeps an entry, however many want it', async () => {
    const log = new Log(120)
    log.first = 31
    const replay = replayOf(log, 120)
    const all = await Promise.all(range(1, 500).map(async () => replay.after(29, 120)))
    expect(all.every((block) => block === undefined)).to.equal(true)
    expect(log.reads.length).to.be.at.most(2)
  })

  it('rejects when the source does, and asks it again the next time', async () => {
    const log = new Log(10)
    let fails = true
    const replay = replayOf(
      {
        read: async (after, limit) => {
          if (fails) throw new Error('disk')
          return log.read(after, limit)
        },
      },
      10,
    )
    const outcomes = await Promise.allSettled([readAll(replay, 0, 10), readAll(replay, 5, 10)])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    fails = false
    expect((await readAll(replay, 0, 10)).numbers).to.deep.equal(range(1, 10))
  })

  it('keeps a page while somebody wants it, and forgets it once nobody has for a while', async () => {
    const log = new Log(10)
    const replay = replayOf(log, 10)
    for (let beat = 0; beat < 3; beat++) {
      await readAll(replay, 0, 10)
      replay.forgetPages()
    }
    expect(log.reads).to.deep.equal([0])
    replay.forgetPages()
    await readAll(replay, 0, 10)
    expect(log.reads).to.deep.equal([0, 0])
  })

  describe('with a budget of bytes', () => {
    it('keeps it over all channels of a hub, and reads again what it has dropped', async () => {
      const budget = 100_000
      const memory = new ReplayMemory(budget)
      const replays = range(1, 10).map(() => replayOf(new Log(120, 4000), 120, memory))
      for (const replay of [...replays, ...replays]) {
        expect((await readAll(replay, 0, 120)).numbers).to.deep.equal(range(1, 120))
        expect(memory.bytes).to.be.within(1, budget)
      }
    })

    it('drops what was used longest ago, and keeps the rest', async () => {
      const logs = range(1, 3).map(() => new Log(10, 1000))
      // A page of ten such frames, with the block that was made of it, takes 20,000 bytes and some.
      const memory = new ReplayMemory(50_000)
      const [first, second, third] = logs.map((log) => replayOf(log, 10, memory)) as [Replay, Replay, Replay]
      for (const replay of [first, second, first, third, first]) await readAll(replay, 0, 10)
      expect(logs.map(({ reads }) => reads)).to.deep.equal([[0], [0], [0]])
      await readAll(second, 0, 10)
      expect(logs.map(({ reads }) => reads)).to.deep.equal([[0], [0, 0], [0]])
    })

    it('drops the newest entries of a quiet channel too, and reads them from the source', async () => {
      const memory = new ReplayMemory(50_000)
      const log = new Log(10, 1000)
      const quiet = replayOf(log, 0, memory)
      for (const frame of log.frames) quiet.push(frame)
      const busy = replayOf(new Log(), 0, memory)
      for (const frame of entries(1, 100, 1000)) busy.push(frame)
      expect(memory.bytes).to.be.at.most(50_000)
      expect((await readAll(quiet, 0, 10)).numbers).to.deep.equal(range(1, 10))
      expect(log.reads).to.deep.equal([0])
    })

    it('sends everything even if nothing fits into it', async () => {
      const memory = new ReplayMemory(0)
      const replay = replayOf(new Log(100, 2000), 50, memory)
      for (const frame of entries(51, 100, 2000)) replay.push(frame)
      expect((await readAll(replay, 0, 100)).numbers).to.deep.equal(range(1, 100))
      expect(memory.bytes).to.equal(0)
    })

    it('holds nothing once it is closed, not even a page that comes later', async () => {
      const memory = new ReplayMemory(MUCH_BYTES)
      const replay = replayOf(new Log(100, 1000), 100, memory)
      for (const frame of entries(101, 120, 1000)) replay.push(frame)
      await readAll(replay, 0, 120)
      const late = replay.after(70, 120)
      expect(memory.bytes).to.be.above(0)
      replay.close()
      expect(memory.bytes).to.equal(0)
      await late
      expect(memory.bytes).to.equal(0)
    })
  })

  it('keeps pages of long entries as small as those of short ones, and learns to read no more than fits', async () => {
    const log = new Log(200, 20_000)
    const limits: number[] = []
    const source: Source = {
      read: (after, limit) => {
        limits.push(limit)
        return log.read(after, limit)
      },
    }
    const memory = new ReplayMemory(MUCH_BYTES)
    const replay = replayOf(source, 200, memory)
    expect((await readAll(replay, 0, 200)).numbers).to.deep.equal(range(1, 200))
    expect(Math.max(...limits.slice(1))).to.be.at.most(4)
    // Four pages, each with a block of one frame.
    expect(memory.bytes).to.be.below(4 * (64 * 1024 + 21_000))
  })
})
