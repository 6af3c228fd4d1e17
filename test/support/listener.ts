import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { until } from './until.ts'

export interface Listener {
  status: number
  headers: IncomingHttpHeaders
  /** The bytes as they came, as text. */
  text: string
  events: EventSourceMessage[]
  comments: string[]
  /** What an EventSource would send as Last-Event-ID: the id of the last block, whether it dispatched something or not. */
  readonly lastEventId: string
  /** Whether the server has ended the stream. */
  ended: boolean
  /** Resolves with all events once there are `count` of one name (`message` by default); rejects after a while. */
  until(count: number, event?: string): Promise<EventSourceMessage[]>
  /** The data of the events of one name, as JSON. */
  data<T = Record<string, unknown>>(event: string): T[]
  close(): void
}

/** A plain HTTP client that listens to an event stream, as `curl -N` does. */
export async function listen(url: string, headers: Record<string, string> = {}): Promise<Listener> {
  const response = await open(url, headers)
  const events: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({ onEvent: (event) => events.push(event), onComment: (text) => comments.push(text) })
  const named = (name: string) => events.filter(({ event }) => (event ?? 'message') === name)
  const listener: Listener = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: '',
    events,
    comments,
    get lastEventId() {
      const blocks = this.text.slice(0, this.text.lastIndexOf('\n\n') + 1)
      return (
        blocks
          .match(/^id: .*$/gm)
          ?.at(-1)
          ?.slice('id: '.length) ?? ''
      )
    },
    ended: false,
    async until(count, event = 'message') {
      await until(
        () => named(event).length >= count,
        () => `${count} ${event} events, got ${JSON.stringify(events)}`,
      )
      return named(event)
    },
    data: <T>(event: string) => named(event).map(({ data }) => JSON.parse(data) as T),
    close: () => response.destroy(),
  }
  response.setEncoding('utf8')
  response.on('data', (text: string) => {
    listener.text += text
    parser.feed(text)
  })
  response.on('end', () => (listener.ended = true))
  response.on('error', () => {})
  return listener
}

function open(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }).on('response', resolve).on('error', reject).end()
  })
}
