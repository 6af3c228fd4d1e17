import type { Field } from '../field.ts'
import { head } from './requests.ts'

const EVERY_MS = 300

/** Headers that never come to an end. */
export async function slowHeaders(field: Field): Promise<void> {
  const socket = await field.open()
  socket.write(head('GET', '/chat'))
  await field.drip(socket, 'X: y\r\n', EVERY_MS)
}

/** A body that never comes to an end, whether its length is known or not. */
export async function slowBodies(field: Field): Promise<void> {
  const isChunked = field.random.chance(0.5)
  const socket = await field.open()
  const length: Record<string, string> = isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': '100000' }
  socket.write(`${head('POST', '/rooms/attack/chat', { 'Content-Type': 'text/plain', ...length })}\r\n`)
  await field.drip(socket, isChunked ? '1\r\nx\r\n' : 'x', EVERY_MS)
}

/** Connections on which nothing is ever said, some of them closed on one side. */
export async function halfOpen(field: Field): Promise<void> {
  const socket = await field.open()
  if (field.random.chance(0.3)) socket.end()
  else if (field.random.chance(0.5)) socket.write('GET /cha')
  await field.closed(socket)
}
