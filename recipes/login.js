// Events for one person, on every device they have open, behind a login. Sign in, listen, and tell them something:
// curl -c jar -d ann localhost:3000/login; curl -N -b jar localhost:3000; curl -d 'Hello' localhost:3000/users/ann
// npm i teahouse
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { encode, Hub, startEventStream } from 'teahouse/sse'

const hub = new Hub()
const sessions = new Map()
const channels = new Map()

/** One channel for each person who listens, whatever number of devices they have. */
function listen(name, stream) {
  let channel = channels.get(name)
  if (!channel) channels.set(name, (channel = hub.open()))
  channel.join(stream)
  stream.on('close', () => {
    if (channel.streams.size > 0 || channels.get(name) !== channel) return
    channels.delete(name)
    hub.close(channel)
  })
}

/** Whose session it is. An EventSource sends cookies, and no headers of your own. */
const nameOf = ({ headers }) => sessions.get(/(?:^|; )session=([\w-]+)/.exec(headers.cookie)?.[1])

async function post(request, response) {
  const body = await text(request)
  const [, route, to] = request.url.split('/')
  if (route === 'login') {
    // Check a password here.
    const session = randomUUID()
    sessions.set(session, body)
    response.setHeader('Set-Cookie', `session=${session}; HttpOnly; SameSite=Lax`)
  } else if (route === 'logout') {
    const name = nameOf(request)
    for (const [session, owner] of sessions) if (owner === name) sessions.delete(session)
    // Their streams end, and coming back they get the 401.
    channels.get(name)?.end(() => 0)
  } else {
    channels.get(to)?.pass(encode({ event: 'notice', data: body }))
  }
  response.writeHead(204).end()
}

createServer((request, response) => {
  const name = nameOf(request)
  if (request.method === 'POST') post(request, response).catch(() => response.destroy())
  else if (name) listen(name, startEventStream(request, response))
  // 401 ends an EventSource for good; the page can send its reader to the login.
  else response.writeHead(401).end()
}).listen(process.env.PORT ?? 3000)
