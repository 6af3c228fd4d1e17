import type { Socket } from 'node:net'
import type { Field } from '../field.ts'
import { head } from './requests.ts'

const BYTES = 100 * 1024 * 1024
const PIECE = Buffer.alloc(64 * 1024, 'x')

/** A body of 100 MB, as long as the server lets it come. */
export async function hugeBodies(field: Field): Promise<void> {
  const socket = await field.open()
  const isChunked = field.random.chance(0.5)
  const length: Record<string, string> = isChunked
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': String(BYTES) }
  socket.write(`${head('POST', '/rooms/attack/chat', { 'Content-Type': 'text/plain', ...length })}\r\n`)
  for (let sent = 0; sent < BYTES && !socket.destroyed; sent += PIECE.length) {
    if (isChunked) socket.write(`${PIECE.length.toString(16)}\r\n`)
    const isTaken = socket.write(PIECE)
    if (isChunked) socket.write('\r\n')
    if (!isTaken) await drained(socket)
  }
  socket.destroy()
  await field.closed(socket)
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.once('drain', done).once('close', done)
  })
}
