// Entries that a client which reconnects gets exactly once, in order. Ids are `EPOCH-NUMBER`; this log lives in memory, so
// each start of the program is a new epoch. `curl -N localhost:3000`, and again with `-H 'Last-Event-ID: ID'`
// npm i teahouse
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const epoch = randomBytes(4).toString('hex')
const idOf = (number) => `${epoch}-${number}`
const lost = (head) => encode({ event: 'lost', data: 'load everything again', id: idOf(head) })

const log = []
const hub = new Hub()
const entries = hub.open({ source: { read: async (after, limit) => log.slice(after, after + limit) }, lost })

setInterval(() => {
  const number = log.length + 1
  const frame = encode({ data: `entry ${number}`, id: idOf(number) })
  log.push(frame)
  entries.append([frame])
}, 1000).unref()

/** Where a client goes on: undefined for an id that this log never gave. */
function cursorOf({ headers, url }) {
  const id = headers['last-event-id'] ?? new URL(url, 'http://localhost').searchParams.get('lastEventId')
  if (!id) return entries.head
  const [, known, number] = /^(\w+)-(\d{1,15})$/.exec(id) ?? []
  return known === epoch ? Number(number) : undefined
}

const server = createServer((request, response) => {
  const stream = startEventStream(request, response)
  const cursor = cursorOf(request)
  if (cursor === undefined) entries.join(stream, lost(entries.head))
  else entries.join(stream, encode({ event: 'ready', data: '', id: idOf(cursor), retry: 3000 }), cursor)
}).listen(process.env.PORT ?? 3000)

// Every client comes back at a moment of its own.
process.once('SIGTERM', () => server.close() && hub.end(() => 1000 + Math.floor(9000 * Math.random())))
