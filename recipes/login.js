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

createServer(async (request, response) => {
  // An EventSource sends cookies, and no headers of your own.
  const name = sessions.get(/(?:^|; )session=([\w-]+)/.exec(request.headers.cookie)?.[1])
  const [, route, to] = request.url.split('/')
  if (request.method !== 'POST') {
    // 401 ends an EventSource for good; the page can send its reader to the login.
    if (name) listen(name, startEventStream(request, response))
    else response.writeHead(401).end()
    return
  }
  const body = await text(request)
  if (route === 'login') {
    // Check a password here.
    const session = randomUUID()
    sessions.set(session, body)
    response.setHeader('Set-Cookie', `session=${session}; HttpOnly; SameSite=Lax`)
  } else if (route === 'logout') {
    for (const [session, owner] of sessions) if (owner === name) sessions.delete(session)
    // Their streams end, and coming back they get the 401.
    channels.get(name)?.end(() => 0)
  } else {
    channels.get(to)?.pass(encode({ event: 'notice', data: body }))
  }
  response.writeHead(204).end()
}).listen(process.env.PORT ?? 3000)
