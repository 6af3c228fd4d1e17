import { fetch } from 'undici'
import type { Random } from '../random.ts'
import type { Reading } from './reader.ts'
import { ReadingLoop } from './reading-loop.ts'
import { pathOf } from '../writers/rooms.ts'

/** How soon a restless reader hangs up. */
const MOST_RESTLESS_MS = 150

/**
 * What a script does: reads the stream with fetch, and goes on by `?since=` or by header as the mood takes it. One that
 * is restless hangs up again and again, so that it often comes back just as something is said.
 */
export class FetchReader extends ReadingLoop {
  readonly #isRestless: boolean

  constructor(reading: Reading, random: Random, isRestless = false) {
    super(isRestless ? 'restless' : 'fetch', reading, random)
    this.#isRestless = isRestless
  }

  protected async connect(): Promise<void> {
    const { url, room, format } = this.reading
    const query = new URLSearchParams({ format })
    const headers: Record<string, string> = {}
    if (this.cursor !== undefined) {
      if (this.cursor === 'start' || this.random.chance(0.5)) query.set('since', this.cursor)
      else headers['Last-Event-ID'] = this.cursor
    }
    const response = await fetch(`${url}${pathOf(room, 'chat')}?${query.toString()}`, {
      headers,
      signal: this.#patience(),
    })
    if (response.status !== 200) return this.refused(response.status)
    const feed = this.feed()
    for await (const chunk of response.body!) feed.feed(chunk as Uint8Array)
  }

  #patience(): AbortSignal {
    if (!this.#isRestless) return this.signal
    return AbortSignal.any([this.signal, AbortSignal.timeout(this.random.integer(1, MOST_RESTLESS_MS))])
  }
}
