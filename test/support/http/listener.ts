import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from './request.ts'
import { until } from '../until.ts'

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
  const { status, headers: answered, body, close } = await request(url, { headers })
  const events: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({ onEvent: (event) => events.push(event), onComment: (text) => comments.push(text) })
  const named = (name: string) => events.filter(({ event }) => (event ?? 'message') === name)
  const listener: Listener = {
    status,
    headers: answered,
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
    close,
  }
  body.setEncoding('utf8')
  body.on('data', (text: string) => {
    listener.text += text
    parser.feed(text)
  })
  body.on('end', () => (listener.ended = true))
  body.on('error', () => {})
  return listener
}
