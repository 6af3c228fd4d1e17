import { FetchReader } from './readers/fetch-reader.ts'
import { NativeReader } from './readers/native-reader.ts'
import { PollReader } from './readers/poll-reader.ts'
import type { Random } from './random.ts'
import type { Beginning, Reader } from './readers/reader.ts'
import { SlowReader } from './readers/slow-reader.ts'

type Kind = 'native' | 'fetch' | 'restless' | 'poll' | 'slow'

// The package `eventsource` forgets an id that comes in a block without data, so it cannot begin with what comes live.
/** One of each kind, format and beginning that is worth having; a run with more readers goes round again. */
const PARTS: [Kind, room: string, format: 'json' | 'text', Beginning][] = [
  ['native', 'lobby', 'json', 'start'],
  ['fetch', 'heavy', 'json', 'live'],
  ['slow', 'heavy', 'json', 'start'],
  ['poll', 'lobby', 'json', 'start'],
  ['native', 'quiet', 'json', 'history'],
  ['fetch', '茶', 'text', 'start'],
  ['fetch', 'lobby', 'json', 'live'],
  ['slow', 'lobby', 'json', 'live'],
  ['native', '茶', 'text', 'history'],
  ['fetch', 'quiet', 'json', 'live'],
  ['poll', 'heavy', 'json', 'history'],
  ['slow', '茶', 'text', 'start'],
  ['native', 'lobby', 'json', 'history'],
  ['fetch', '茶', 'json', 'history'],
  ['fetch', 'heavy', 'text', 'start'],
  ['native', 'heavy', 'json', 'history'],
  ['poll', 'quiet', 'json', 'start'],
  ['fetch', 'lobby', 'text', 'history'],
  ['restless', 'lobby', 'json', 'live'],
  ['restless', '茶', 'text', 'start'],
]

/** `count` readers of all kinds. */
export function castReaders(count: number, url: string, random: Random): Reader[] {
  return Array.from({ length: count }, (_, index) => {
    const [kind, room, format, beginning] = PARTS[index % PARTS.length]!
    const reading = { url, room, format, beginning }
    switch (kind) {
      case 'native':
        // Some keep to the three seconds that the server asks for, and so miss more.
        return new NativeReader({ ...reading, ...(random.chance(0.7) && { retryMs: random.integer(0, 400) }) })
      case 'fetch':
        return new FetchReader(reading, random.fork())
      case 'restless':
        return new FetchReader(reading, random.fork(), true)
      case 'poll':
        return new PollReader(reading, random.fork())
      case 'slow':
        return new SlowReader(reading, random.fork())
    }
  })
}
