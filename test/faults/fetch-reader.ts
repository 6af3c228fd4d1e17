import { fetch } from 'undici'
import type { Random } from './random.ts'
import type { Reading } from './reader.ts'
import { ReadingLoop } from './reading-loop.ts'
import { pathOf } from './rooms.ts'

/** What a script does: reads the stream with fetch, and goes on by `?since=` or by header as the mood takes it. */
export class FetchReader extends ReadingLoop {
  constructor(reading: Reading, random: Random) {
    super('fetch', reading, random)
  }

  protected async connect(): Promise<void> {
    const { url, room, format } = this.reading
    const query = new URLSearchParams({ format })
    const headers: Record<string, string> = {}
    if (this.cursor !== undefined) {
      if (this.cursor === 'start' || this.random.chance(0.5)) query.set('since', this.cursor)
      else headers['Last-Event-ID'] = this.cursor
    }
    const response = await fetch(`${url}${pathOf(room, 'chat')}?${query.toString()}`, { headers, signal: this.signal })
    if (response.status !== 200) return this.refused(response.status)
    const feed = this.feed()
    for await (const chunk of response.body!) feed.feed(chunk as Uint8Array)
  }
}
