import { createServer } from 'node:http'

/** Node's own `http`: a Set of responses by path, and `res.write` to each. */
const rooms = new Map()
let id = 0

const server = createServer((req, res) => {
  let room = rooms.get(req.url)
  if (!room) rooms.set(req.url, (room = new Set()))
  if (req.method === 'GET') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    res.write(': hello\n\n')
    room.add(res)
    res.on('close', () => room.delete(res))
    return
  }
  let body = ''
  req.setEncoding('utf8')
  req.on('data', (text) => (body += text))
  req.on('end', () => {
    const frame = `id: ${++id}\ndata: ${body}\n\n`
    for (const listener of room) listener.write(frame)
    res.writeHead(201, { 'Content-Length': 0 }).end()
  })
}).listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
