import { Router } from '@koa/router'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import { PassThrough } from 'node:stream'

/** The obvious chat on Koa: a PassThrough per client as `ctx.body`, and a write to each. */
const rooms = new Map()
let id = 0

function roomOf(ctx) {
  let room = rooms.get(ctx.path)
  if (!room) rooms.set(ctx.path, (room = new Set()))
  return room
}

const router = new Router()
router.get('/rooms/:room/chat', (ctx) => {
  const room = roomOf(ctx)
  const stream = new PassThrough()
  ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  ctx.status = 200
  ctx.body = stream
  stream.write(': hello\n\n')
  room.add(stream)
  stream.on('close', () => room.delete(stream))
})
router.post('/rooms/:room/chat', bodyParser(), (ctx) => {
  const frame = `id: ${++id}\ndata: ${ctx.request.body.message}\n\n`
  for (const stream of roomOf(ctx)) stream.write(frame)
  ctx.status = 201
  ctx.body = 'said'
})

const app = new Koa()
app.on('error', () => {})
app.use(router.routes())
const server = app.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
