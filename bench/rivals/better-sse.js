import { createChannel, createSession } from 'better-sse'
import express from 'express'

/** better-sse on Express, as its guide has it: a channel per room. */
const rooms = new Map()

function roomOf(req) {
  let room = rooms.get(req.path)
  if (!room) rooms.set(req.path, (room = createChannel()))
  return room
}

const app = express()
app.get('/rooms/:room/chat', async (req, res) => {
  roomOf(req).register(await createSession(req, res))
})
app.post('/rooms/:room/chat', express.urlencoded({ extended: false }), (req, res) => {
  roomOf(req).broadcast(req.body.message, 'message')
  res.status(201).send('said')
})

const server = app.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}`))
