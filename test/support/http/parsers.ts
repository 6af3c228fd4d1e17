import { EventSource } from 'eventsource'
import { createParser } from 'eventsource-parser'
import { createRequire } from 'node:module'
import type { Transform } from 'node:stream'

export interface ParsedEvent {
  event: string
  data: string
  id: string
}

export interface Parsed {
  events: ParsedEvent[]
  /** The last `retry` read, where the parser shows it. */
  retry?: number | undefined
}

export interface Parser {
  name: string
  /** Whether the id of an event is the last one read so far, as the standard says, or only its own. */
  keepsId: boolean
  showsRetry: boolean
  /** Reads a whole event stream that arrives in these pieces. */
  parse(pieces: Buffer[]): Promise<Parsed>
}

interface UndiciStream extends Transform {
  state: { lastEventId?: string; reconnectionTime?: number }
}
interface UndiciEvent {
  type: string
  options: { data: string; lastEventId: string }
}

// undici exports the client alone; the stream that parses for it needs no server, so that many runs cost little.
const { EventSourceStream } = createRequire(import.meta.url)('undici/lib/web/eventsource/eventsource-stream.js') as {
  EventSourceStream: new (options: object) => UndiciStream
}

/** Implementations of the standard's client side that share no code of ours. */
export const PARSERS: Parser[] = [
  { name: 'eventsource-parser', keepsId: false, showsRetry: true, parse: parseWithEventSourceParser },
  { name: 'eventsource', keepsId: false, showsRetry: false, parse: parseWithEventSource },
  { name: 'undici', keepsId: true, showsRetry: true, parse: parseWithUndici },
]

/** What happens in a stream that is wanted at once, where one implementation is enough. */
export function parseText(text: string): ParsedEvent[] {
  const events: ParsedEvent[] = []
  createParser({
    onEvent: ({ event = 'message', data, id = '' }) => events.push({ event, data, id }),
  }).feed(text)
  return events
}

async function parseWithEventSourceParser(pieces: Buffer[]): Promise<Parsed> {
  const parsed: Parsed = { events: [] }
  const parser = createParser({
    onEvent: ({ event = 'message', data, id = '' }) => parsed.events.push({ event, data, id }),
    onRetry: (retry) => (parsed.retry = retry),
    onError: (error) => {
      throw error
    },
  })
  const decoder = new TextDecoder()
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }))
  return parsed
}

function parseWithEventSource(pieces: Buffer[]): Promise<Parsed> {
  const events: ParsedEvent[] = []
  // Events of all names pass here, also one that is called `error`; its own are no messages.
  class Recorder extends EventSource {
    override dispatchEvent(event: Event): boolean {
      if (!(event instanceof MessageEvent)) return true
      return events.push({ event: event.type, data: event.data as string, id: event.lastEventId }) > 0
    }
  }
  return new Promise((resolve) => {
    const rest = pieces.values()
    // The body never ends, or the client would come back. When it asks for more, it has read what it was given.
    const pull = (controller: ReadableStreamDefaultController) => {
      const { done, value } = rest.next()
      if (!done) return controller.enqueue(value)
      client.close()
      resolve({ events })
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
    const client = new Recorder('http://localhost/', { fetch: async () => response })
  })
}

async function parseWithUndici(pieces: Buffer[]): Promise<Parsed> {
  const events: ParsedEvent[] = []
  const push = ({ type, options: { data, lastEventId } }: UndiciEvent) =>
    events.push({ event: type, data, id: lastEventId })
  const stream = new EventSourceStream({ push, eventSourceSettings: { lastEventId: '' } })
  for (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()))
    })
  }
  return { events, retry: stream.state.reconnectionTime }
}
