// Entries that a client which reconnects gets exactly once: `curl -N localhost:3000`, and again with `-H 'Last-Event-ID: 2'`
import { createServer } from 'node:http'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const log = []
const hub = new Hub()
const entries = hub.open({ source: { read: async (after, limit) => log.slice(after, after + limit) } })

setInterval(() => {
  const frame = encode({ id: String(log.length + 1), data: `entry ${log.length + 1}` })
  log.push(frame)
  entries.append([frame])
}, 1000).unref()

const server = createServer((request, response) => {
  const cursor = Number(request.headers['last-event-id'] ?? log.length)
  entries.join(startEventStream(request, response), encode({ retry: 3000 }), Math.min(cursor, log.length))
}).listen(process.env.PORT ?? 3000)

// Every client comes back at a moment of its own.
process.once('SIGTERM', () => server.close() && hub.end(() => 1000 + Math.floor(9000 * Math.random())))
