/** A program in TypeScript that uses all that `teahouse/sse` has, imported from `name`. */
export function consumerOf(name: string): string {
  return `
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { PassThrough } from 'node:stream'
import {
  comment, encode, EventStream, Hub, setStreamHeaders, startEventStream,
  type Channel, type ChannelOptions, type Frame, type HubOptions, type ServerSentEvent, type Source,
} from '${name}'

const times: HubOptions = { heartbeatMs: 1000, stallMs: 60_000 }
const hub: Hub = new Hub(times)
const log: Frame[] = []
const source: Source = { read: async (after: number, limit: number): Promise<Frame[]> => log.slice(after, after + limit) }
const options: ChannelOptions = {
  source,
  head: 0,
  lost: (head: number): Frame => encode({ event: 'lost', data: head }),
  snapshot: (): Frame | undefined => undefined,
  heartbeat: (now: number): Frame => comment(String(now)),
  closing: (retryMs: number): Frame => encode({ retry: retryMs }),
  onSent: (ms: number): void => void ms,
  onError: (error: unknown): void => void error,
}
const channel: Channel = hub.open(options)
const event: ServerSentEvent = { event: 'greeting', data: { to: ['all'] }, id: '1', retry: 3000 }
createServer((request, response) => {
  const stream: EventStream = startEventStream(request, response)
  const body: PassThrough = stream
  channel.join(stream, comment('hi'), channel.head)
  channel.tell(stream, encode(event))
  body.on('close', () => hub.size)
})
createSecureServer((request, response) => {
  setStreamHeaders(request, response)
  const stream = new EventStream()
  stream.pipe(response)
  channel.join(stream)
})
channel.append([encode({ data: 'text' })])
for (const { head, streams } of hub) for (const stream of streams) if (head > stream.heldBytes) stream.destroy()
hub.close(channel)
hub.end(() => 1000)
if (!hub.isEnding) hub.flushSoon()
// @ts-expect-error a frame is bytes
channel.pass('text')
// @ts-expect-error a cursor is a number
channel.join(new EventStream(), comment('hi'), '1')
`
}
