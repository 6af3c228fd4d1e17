import { randomBytes } from 'node:crypto'
import type { Field } from '../field.ts'
import { get, head, post } from './requests.ts'

const ANSWER_MS = 500
const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'text/plain; charset=x', 'x/y']

/** Posts of random bytes, as whatever type, and random bytes in the place of a request. */
export async function garbage(field: Field): Promise<void> {
  const socket = await field.open()
  const bytes = randomBytes(field.random.integer(1, 5000)).toString('latin1')
  const path = field.random.pick(['/rooms/attack/chat', '/addUser', '/rooms/attack/typing', '/messages'])
  socket.write(field.random.chance(0.8) ? post(path, bytes, field.random.pick(TYPES)) : bytes)
  await field.linger(socket, ANSWER_MS)
}

/** Headers of up to 2 MB. */
export async function hugeHeaders(field: Field): Promise<void> {
  const socket = await field.open()
  const line = `X-Padding: ${'x'.repeat(field.random.integer(10, 20_000))}\r\n`
  socket.write(head('GET', '/chat') + line.repeat(field.random.integer(2, 100)))
  await field.linger(socket, ANSWER_MS)
}

/** Requests that do not wait for the answers before them. */
export async function pipelines(field: Field): Promise<void> {
  const socket = await field.open()
  const requests = [
    get('/rooms/heavy/messages?limit=200'),
    get('/healthz'),
    get('/rooms/attack/chat'),
    post('/rooms/attack/chat', 'pipelined'),
    get('/'),
  ]
  const count = field.random.pick([5, 30, 300])
  socket.write(Array.from({ length: count }, () => field.random.pick(requests)).join(''))
  await field.linger(socket, field.random.integer(10, ANSWER_MS))
}

/** Cursors and tokens that nobody was given. */
export async function forgeries(field: Field): Promise<void> {
  const socket = await field.open()
  const text = randomBytes(24).toString('base64url')
  const number = field.random.pick(['0', '1', '999999', '9007199254740993', '-1', text])
  const token = { Authorization: `Bearer ${text}`, Cookie: `teahouse=${text}` }
  socket.write(
    field.random.pick([
      get('/chat', { 'Last-Event-ID': `${text.slice(0, 8).toLowerCase()}-${number}` }),
      get(`/chat?since=${text}&format=json`, token),
      get(`/messages?after=aaaaaaaa-${number}&wait=1`, token),
      get(`/messages?before=aaaaaaaa-${number}`, token),
      `${head('DELETE', `/messages/aaaaaaaa-${number}`, token)}\r\n`,
      `${head('DELETE', '/me', token)}\r\n`,
      get('/me', token),
    ]),
  )
  await field.linger(socket, field.random.integer(10, ANSWER_MS))
}
