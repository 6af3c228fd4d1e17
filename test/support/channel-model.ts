import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import type { ReplayMemory } from '../../src/sse/replay-memory.ts'
import { Channel, encode, EventStream, type Frame } from '../../src/sse/index.ts'
import { entries, Log } from './process/log.ts'
import { parseText } from './http/parsers.ts'

/** What one stream may hold, whatever is sent: frames are 48 KB at the most. */
const MOST_HELD_BYTES = 128 * 1024

interface Question {
  answer: () => void
  fail: () => void
}

/** A client that reads when it is told to. */
export class Reader {
  readonly stream = new EventStream()
  readonly cursor: number
  /** Whether the log did not have the entry of its cursor when it joined. */
  readonly isAhead: boolean
  text = ''

  constructor(cursor: number, isAhead: boolean) {
    this.cursor = cursor
    this.isAhead = isAhead
  }

  /** Reads so many bytes, or all there are; says whether there were any. */
  read(bytes?: number): boolean {
    // To ask for more than the high-water mark at once would raise it.
    const most = Math.min(this.stream.readableLength, this.stream.readableHighWaterMark)
    const chunk = this.stream.read(bytes === undefined ? undefined : Math.min(bytes, most)) as Buffer | null
    this.text += chunk?.toString('latin1') ?? ''
    return chunk !== null
  }
}

/** A channel over a log that answers when it is told to, and everything that its streams may ever see. */
export class ChannelModel {
  readonly readers: Reader[] = []
  readonly questions: Question[] = []
  readonly errors: unknown[] = []
  readonly #log: Log
  readonly #channel: Channel
  /** The head when passing frame 1, 2, 3, … was given to the channel; the first place is empty. */
  readonly #headAtPass: number[] = [0]

  constructor(head: number, memory: ReplayMemory) {
    this.#log = new Log(head)
    this.#channel = new Channel(
      {
        head,
        source: { read: (after, limit) => this.#ask(after, limit) },
        lost: (head) => encode({ event: 'lost', data: String(head) }),
        snapshot: () => encode({ event: 'snapshot', data: String(this.#passed) }),
        heartbeat: () => encode({ event: 'heartbeat', data: '' }),
        closing: () => encode({ event: 'closing', data: '' }),
        onError: (error) => this.errors.push(error),
      },
      () => {},
      memory,
    )
  }

  get streams(): ReadonlySet<EventStream> {
    return this.#channel.streams
  }

  get #passed(): number {
    return this.#headAtPass.length - 1
  }

  /** The log has new entries, of which the channel has yet to hear. */
  add(count: number, bytes: number): void {
    const { frames } = this.#log
    frames.push(...entries(frames.length + 1, frames.length + count, bytes))
  }

  append(count: number, bytes: number): void {
    this.add(count, bytes)
    this.#hear()
  }

  pass(): void {
    this.#headAtPass.push(this.#channel.head)
    this.#channel.pass(encode({ event: 'pass', data: String(this.#passed) }))
  }

  /** A stream joins that has all but the newest `behind` entries; fewer than none when it is ahead of the channel. */
  join(behind: number): void {
    const cursor = Math.max(0, this.#channel.head - behind)
    const reader = new Reader(cursor, cursor > this.#log.frames.length)
    this.readers.push(reader)
    this.#channel.join(reader.stream, encode({ event: 'opening', data: '' }), reader.cursor)
  }

  forget(count: number): void {
    this.#log.first = Math.min(this.#log.frames.length + 1, this.#log.first + count)
  }

  flush(deadline: number): boolean {
    return this.#channel.flush(deadline)
  }

  /** Lets everything come to rest, with all clients reading. */
  async finish(): Promise<void> {
    this.#hear()
    for (let busy = true; busy || this.questions.length > 0;) {
      for (const question of this.questions.splice(0)) question.answer()
      await turn()
      busy = !this.flush(Infinity)
      for (const reader of this.readers) if (reader.read()) busy = true
      await turn()
      this.checkHeld()
    }
  }

  checkHeld(): void {
    for (const { stream } of this.readers) {
      expect(stream.readableLength + stream.writableLength).to.be.below(MOST_HELD_BYTES)
    }
  }

  /** Every entry once, in order, no gap unsaid; every passing frame at its place, or told by a later snapshot. */
  check(reader: Reader): void {
    const [opening, ...events] = parseText(reader.text)
    if (!opening && reader.stream.destroyed) return
    expect(opening?.event).to.equal('opening')
    let { cursor } = reader
    let told = 0
    for (const { event, data, id } of events) {
      const number = Number(data)
      if (event === 'message') expect(Number(id)).to.equal(++cursor)
      else if (event === 'lost') {
        // Of a cursor beyond what the channel has heard of, the log alone can say that it was there.
        const isUnknown = reader.isAhead || this.#log.first > cursor
        if (cursor !== reader.cursor || !isUnknown) {
          expect(this.#log.first, 'what it had missed is still kept').to.be.above(cursor + 1)
          expect(number).to.be.above(cursor)
        }
        cursor = number
      } else if (event === 'snapshot') {
        expect(number).to.be.at.least(told)
        told = number
      } else {
        expect(event).to.equal('pass')
        expect(this.#headAtPass[number]).to.equal(cursor)
        // What was under way when the snapshot was made comes after it; nothing comes twice, or after a gap.
        expect(number).to.be.at.most(told + 1)
        told = Math.max(told, number)
      }
    }
    if (reader.stream.destroyed) return
    expect(cursor).to.equal(this.#channel.head)
    expect(told).to.equal(this.#passed)
  }

  #hear(): void {
    this.#channel.append(this.#log.frames.slice(this.#channel.head))
  }

  #ask(after: number, limit: number): Promise<Frame[]> {
    return new Promise((resolve, reject) => {
      // What is asked for was there when it was asked; what has come or gone since may show or not.
      const early = this.#log.slice(after, limit)
      const isEarly = this.questions.length % 2 === 0
      this.questions.push({
        answer: () => resolve(isEarly ? early : this.#log.slice(after, limit)),
        fail: () => reject(new Error('the log cannot be read')),
      })
    })
  }
}
