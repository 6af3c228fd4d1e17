import { request } from 'undici'
import { historyCursor } from './history-cursor.ts'
import type { Random } from '../random.ts'
import { numberOf, type Reading } from './reader.ts'
import { ReadingLoop } from './reading-loop.ts'
import { pathOf } from '../writers/rooms.ts'

const PATIENCE_MS = 10_000
const MOST_WAIT_SECONDS = 2

interface Polled {
  events: { event: string; id: string }[]
  cursor: string
  reset?: boolean
}

/** What is left where a proxy holds streams back: the long poll. */
export class PollReader extends ReadingLoop {
  constructor(reading: Reading, random: Random) {
    super('poll', reading, random)
  }

  /** Polls until something goes wrong. */
  protected async connect(): Promise<void> {
    const { url, room } = this.reading
    // A poll goes on after an id: after the first entry's predecessor, to begin with.
    if (this.cursor === 'start') {
      this.cursor = (await historyCursor(url, room, () => this.signal.aborted)).replace(/\d+$/, '0')
    }
    for (;;) {
      const { events, cursor, reset } = await this.#poll()
      for (const { event, ...data } of events) this.history.seen.push({ number: numberOf(data.id), event, data })
      if (reset) this.history.resets++
      this.cursor = cursor
    }
  }

  async #poll(): Promise<Polled> {
    const { url, room } = this.reading
    const query = new URLSearchParams({ after: this.cursor!, wait: String(this.random.integer(0, MOST_WAIT_SECONDS)) })
    if (this.random.chance(0.2)) query.set('limit', '3')
    const { statusCode, body } = await request(`${url}${pathOf(room, 'messages')}?${query.toString()}`, {
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
    const text = await body.text()
    // Not now: it comes back.
    if (statusCode === 503) throw new Error(text)
    if (statusCode !== 200) this.refused(statusCode)
    return JSON.parse(text) as Polled
  }
}
