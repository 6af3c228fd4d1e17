import type { Field } from '../field.ts'
import { get } from './requests.ts'

const SHORTEST_MS = 2000
const LONGEST_MS = 90_000

/** Clients that ask for a stream of any room and leave, before or after it comes. */
export async function leavers(field: Field): Promise<void> {
  const socket = await field.open()
  socket.write(get(`/rooms/leave-${field.random.integer(0, 999)}/chat?format=json`))
  await field.pause(field.random.integer(0, 30))
  if (field.random.chance(0.5)) socket.resetAndDestroy()
  else socket.destroy()
  await field.closed(socket)
}

/** Clients that ask for much and read nothing of it. */
export async function mutes(field: Field): Promise<void> {
  const socket = await field.open()
  socket.pause()
  socket.write(
    field.random.pick([
      get('/rooms/heavy/chat?since=start'),
      get('/chat?since=start&format=json'),
      get('/rooms/heavy/messages?limit=200').repeat(10),
      get('/rooms/heavy/messages', { Accept: 'application/x-ndjson' }),
    ]),
  )
  await field.linger(socket, field.random.integer(SHORTEST_MS, LONGEST_MS))
}
