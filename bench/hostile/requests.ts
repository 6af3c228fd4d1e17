import { get } from '../load.ts'
import type { Target } from './target.ts'

/** One thing that a client can send at no cost to itself. */
export interface HostileRequest {
  name: string
  /** The bytes of one connection, all sent at once. `round` counts from 0. */
  bytes: (target: Target, round: number) => Buffer
}

const LARGE = 120_000
const MARKS = '\u{301}'.repeat(LARGE / 2)
const MARK_IN_PATH = '%CC%81'
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

/** Requests that look expensive for the server: what each is good for is in its name. */
export const HOSTILE_REQUESTS: HostileRequest[] = [
  { name: 'nothing', bytes: () => Buffer.alloc(0) },
  {
    name: 'export',
    bytes: () => get('/messages', 'Accept: application/x-ndjson\r\n'),
  },
  { name: 'history, 200', bytes: () => get('/messages?limit=200') },
  { name: 'history, far back', bytes: ({ epoch }) => get(`/messages?limit=200&before=${epoch}-1000`) },
  { name: 'history, long messages', bytes: (_, round) => get(`/rooms/heavy-${round}/messages?limit=200`) },
  { name: 'history, 40,000 edits', bytes: () => get('/rooms/edits/messages?limit=200') },
  { name: 'poll, old cursor', bytes: ({ epoch }) => get(`/messages?after=${epoch}-1&limit=200`) },
  { name: 'poll, long messages', bytes: ({ epoch }, round) => get(`/rooms/heavy-${round}/messages?after=${epoch}-0`) },
  { name: 'stream from the start', bytes: () => get('/chat?format=json&since=start') },
  {
    name: 'stream, 10,000 behind',
    bytes: ({ epoch, entries }) => get(`/chat?format=json&since=${epoch}-${entries - 10_000}`),
  },
  { name: 'stream, long messages', bytes: (_, round) => get(`/rooms/heavy-${round}/chat?format=json&since=start`) },
  { name: 'stream, 40,000 edits', bytes: () => get('/rooms/edits/chat?since=start') },
  { name: 'page', bytes: () => get('/', 'Accept: text/html\r\n') },
  { name: 'rooms', bytes: () => get('/rooms') },
  { name: 'name, long', bytes: () => post('/addUser', JSON_TYPE, JSON.stringify({ name: 'n'.repeat(LARGE) })) },
  { name: 'name, marks', bytes: () => post('/addUser', JSON_TYPE, JSON.stringify({ name: MARKS })) },
  { name: 'guest, marks', bytes: () => post('/chat', JSON_TYPE, JSON.stringify({ name: MARKS, message: 'hi' })) },
  { name: 'room, marks', bytes: () => get(`/rooms/${MARK_IN_PATH.repeat(2500)}/messages`) },
  {
    name: 'room in a body, marks',
    bytes: () => post('/addUser', JSON_TYPE, JSON.stringify({ name: 'bob', room: MARKS })),
  },
  { name: 'JSON, nested', bytes: () => post('/chat', JSON_TYPE, `{"message":${'['.repeat(LARGE)}`) },
  { name: 'JSON, nested, whole', bytes: () => post('/chat', JSON_TYPE, nested(LARGE / 2)) },
  { name: 'form, nested', bytes: () => post('/chat', FORM_TYPE, `message${'[a]'.repeat(LARGE / 3)}=x`) },
  { name: 'form, fields', bytes: () => post('/chat', FORM_TYPE, 'a&'.repeat(LARGE / 2)) },
  { name: 'languages', bytes: () => get('/users', `Accept-Language: ${'en;q=0.1,'.repeat(1600)}zh\r\n`) },
  { name: 'typing, new room', bytes: (_, round) => post(`/rooms/typing-${round}/typing`, 'text/plain', '') },
  { name: 'message, 8,000', bytes: (_, round) => post(`/rooms/new-${round}/chat`, 'text/plain', '🍵'.repeat(8000)) },
  { name: 'pipelined, 30', bytes: () => Buffer.concat(Array.from({ length: 30 }, () => get('/messages?limit=200'))) },
]

function post(path: string, type: string, body: string): Buffer {
  const bytes = Buffer.from(body)
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

function nested(depth: number): string {
  return `{"message":${'['.repeat(depth)}${']'.repeat(depth)}}`
}
