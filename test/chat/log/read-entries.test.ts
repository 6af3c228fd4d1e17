import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import type { Entry } from '../../../src/chat/log/entry.ts'
import { EntriesLost, readEntries } from '../../../src/chat/log/read-entries.ts'
import type { Page, RoomLog } from '../../../src/chat/log/room-log.ts'
import { range } from '../../support/process/log.ts'

const PAGE = 10
const PAGE_MS = 1
/** What fits into the milliseconds of one turn, and the page that goes over. */
const MOST_PAGES_PER_TURN = 6

/** A log that answers as an embedded store does: by a promise, but synchronously, and each page takes its time. */
class BusyLog {
  epoch = 'k3f9x2ab'
  first = 1
  head: number
  reads = 0

  constructor(head: number) {
    this.head = head
  }

  async read(_room: string, after: number, limit: number): Promise<Page> {
    this.reads++
    const until = performance.now() + PAGE_MS
    while (performance.now() < until);
    const last = after + 1 < this.first ? after : Math.min(this.head, after + limit)
    return { epoch: this.epoch, entries: range(after + 1, last).map((number) => ({ number }) as Entry) }
  }

  pages(upTo: number): AsyncGenerator<Entry[]> {
    const stretch = { epoch: 'k3f9x2ab', after: this.first - 1, upTo }
    return readEntries(this as unknown as RoomLog, 'tea', stretch, PAGE)
  }

  /** The numbers of all entries that one reader gets. */
  async readAll(upTo = this.head): Promise<number[]> {
    const numbers: number[] = []
    for await (const entries of this.pages(upTo)) numbers.push(...entries.map(({ number }) => number))
    return numbers
  }
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('readEntries', () => {
  it('reads every entry once, in order, up to the one asked for', async () => {
    const log = new BusyLog(37)
    log.first = 4
    expect(await log.readAll(35)).to.deep.equal(range(4, 35))
    expect(await log.readAll(3)).to.deep.equal([])
  })

  for (const readers of [1, 40]) {
    it(`leaves most of each turn of the event loop to everybody else while ${readers} read`, async () => {
      const log = new BusyLog(2000 / readers)
      const pages = log.head / PAGE
      const reading = Promise.all(range(1, readers).map(() => log.readAll()))
      for (let before = 0; before < readers * pages; before = log.reads) {
        await turn()
        expect(log.reads - before).to.be.at.most(MOST_PAGES_PER_TURN)
      }
      for (const numbers of await reading) expect(numbers).to.deep.equal(range(1, log.head))
    })
  }

  it('gives all readers the same share', async () => {
    const log = new BusyLog(100)
    const done: number[] = []
    await Promise.all(range(1, 5).map(async (reader) => done.push((await log.readAll(), reader))))
    expect(done).to.deep.equal(range(1, 5))
  })

  it('throws EntriesLost when the log no longer keeps the next entry', async () => {
    const log = new BusyLog(30)
    const pages = log.pages(30)
    expect((await pages.next()).value).to.have.length(PAGE)
    log.first = 31
    expect(await failure(pages.next())).to.be.instanceOf(EntriesLost)
  })

  it('throws EntriesLost when the epoch has changed', async () => {
    const log = new BusyLog(30)
    log.epoch = 'other'
    expect(await failure(log.readAll())).to.be.instanceOf(EntriesLost)
  })
})
