import fc from 'fast-check'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

/** A request as bytes, by its parts: whatever is in them, its lines and its length are right. */
export interface HostileRequest {
  method: string
  path: string
  headers: [name: string, value: string][]
  body: string
  /** How the body is encoded; what it says of that may be wrong. */
  encode: (body: Buffer) => Buffer
}

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'PROPFIND', 'TRACE']

/** Every route; `:` stands for a value. */
const ROUTES = [
  ['/', '/rooms', '/rooms/:', '/rooms/:/chat', '/rooms/:/messages', '/rooms/:/messages/:', '/rooms/:/users'],
  ['/rooms/:/typing', '/chat', '/messages', '/messages/:', '/users', '/typing', '/addUser', '/me', '/stream', '/es'],
  ['/eventsource.js', '/diagnostics', '/assets/:', '/healthz', '/readyz', '/metrics', '/:', '//', '/:/:'],
].flat()

const QUERIES = ['since', 'format', 'before', 'after', 'wait', 'limit', 'name', 'room']

const HEADERS = [
  ['Accept', 'Accept-Encoding', 'Accept-Language', 'Authorization', 'Content-Encoding', 'Content-Type', 'Cookie'],
  ['Host', 'Idempotency-Key', 'If-Modified-Since', 'If-None-Match', 'Last-Event-ID', 'Origin', 'Range', 'Referer'],
  ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-HTTP-Method-Override'],
].flat()

const TYPES = [
  ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'text/plain; charset=utf-8', 'text/html'],
  [
    'application/vnd.api+json',
    'application/json; charset=utf-16',
    'application/x-ndjson',
    'multipart/form-data',
    '*/*',
  ],
].flat()

/** What may stand where a path does, with something before and after it. */
const TARGETS = [
  'http://',
  'http://[',
  'https://[::1',
  'http://a/',
  'http://a?',
  'http://a:',
  'HTTP://me@',
  '*',
  '?',
  '#',
  'ftp://a/',
  'a:80',
  '//',
  '/\\',
  '',
]

const HOSTS = [
  'a',
  '',
  'a b',
  'a, b',
  '[::1]',
  '[::1',
  '[::g]:80',
  'a:99999',
  'me@a',
  'a/b',
  '1.2.3.4.5',
  'localhost',
  'a..b',
  'xn--',
  '%61',
]

/** Each with its name in `Content-Encoding`. */
const ENCODERS: [name: string, encode: (body: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['gzip', (body) => gzipSync(body).subarray(0, -3)],
  ['br', (body) => brotliCompressSync(body).subarray(0, -1)],
  ['gzip', (body) => Buffer.concat([gzipSync(body), body])],
  ['gzip', () => gzipSync(Buffer.alloc(300_000))],
  ['gzip', (body) => body],
  ['br', (body) => body],
  ['constructor', (body) => body],
  ['gzip, gzip', (body) => gzipSync(gzipSync(body))],
]
const asItIs = (body: Buffer) => body

const FIELDS = ['name', 'message', 'key', 'room', '__proto__', 'constructor', 'message[]', 'name[a]']

/** What has broken servers before: in numbers, names, paths, encodings, cursors, tokens, prototypes. */
function nastiness(known: string[]): fc.Arbitrary<string> {
  const nasty = [
    ['', ' ', '0', '-1', '1.5', '1e309', 'NaN', '9'.repeat(30), 'true', 'null', '{}', '[]', '[[', '"', "'", '\\'],
    ['%', '%zz', '%00', '%0d%0a', '%c0%af', '%ed%a0%80', '..', '../..', '..%2f', '.', '//', '?', '#', '&', '=', ';'],
    ['__proto__', 'constructor', 'toString', 'start', 'json', 'text', 'lobby', 'x-1', 'e--1', `e-${2 ** 53}`, 'gzip'],
    [
      'Bearer ',
      'Bearer x',
      'teahouse=',
      'teahouse=x; teahouse=y',
      'W/""',
      '"x"',
      'bytes=0-',
      'q=;q=',
      'zh;q=x',
      'null',
    ],
    [
      '\u0000',
      '\u0001',
      '\u007F',
      '\u0085',
      '\u202E',
      '\uFEFF',
      'ﬀ'.repeat(40),
      'İ',
      '🍵'.repeat(40),
      'x'.repeat(5000),
    ],
  ].flat()
  return fc.oneof(
    fc.constantFrom(...nasty, ...known),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.tuple(fc.constantFrom(...known), fc.string({ maxLength: 4 })).map(([before, after]) => before + after),
  )
}

/** Requests to every route, with something nasty in every parameter; `known` are values that mean something here. */
export function hostileRequests(known: string[]): fc.Arbitrary<HostileRequest> {
  const value = nastiness(known)
  // With anything else in it a header is no header, and the request never comes to us.
  const line = value.map((text) => text.replaceAll(/\p{Cc}/gu, ''))
  // Encoded as it should be, or now and then only without what would end the line.
  const encoded = value.map((text) => encodeURIComponent(text.toWellFormed()))
  const raw = value.map((text) => text.replaceAll(/[\s\p{Cc}]/gu, ''))
  const piece = fc.oneof({ weight: 4, arbitrary: encoded }, { weight: 1, arbitrary: raw })
  const path = fc.tuple(fc.constantFrom(...ROUTES), fc.array(piece, { minLength: 2, maxLength: 2 }))
  const query = fc.array(fc.tuple(fc.constantFrom(...QUERIES), piece), { maxLength: 3 })
  const header = fc.tuple(fc.constantFrom(...HEADERS), line)
  const type = fc.constantFrom(...TYPES).map((value): [string, string] => ['Content-Type', value])
  const any = fc
    .record({
      method: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('GET', 'POST') }, fc.constantFrom(...METHODS)),
      path,
      query,
      headers: fc.array(fc.oneof(header, type), { maxLength: 4 }),
      body: body(value),
    })
    .map(({ path: [route, values], query, method, headers, body }) => {
      let next = 0
      const filled = route.replaceAll(':', () => values[next++]!)
      const pairs = query.map((pair) => pair.join('='))
      const path = `${filled}${pairs.length > 0 ? '?' : ''}${pairs.join('&')}`
      return { method, path, headers, body, encode: asItIs }
    })
  // Mostly what a parser of bodies takes to be its own, so that what is behind it gets something too.
  const spoken = fc.record({
    method: fc.constantFrom('POST', 'PATCH'),
    path: fc.constantFrom('/chat', '/addUser', '/rooms/tea/chat', ...known.map((id) => `/messages/${id}`)),
    headers: fc
      .tuple(fc.constantFrom(...TYPES.slice(0, 3)), fc.array(header, { maxLength: 1 }))
      .map(([type, more]) => more.concat([['Content-Type', type]])),
    body: body(value),
    encode: fc.constant(asItIs),
  })
  // What is wrong before a route is asked.
  const misaimed = fc
    .record({
      request: any,
      target: fc.constantFrom(...TARGETS),
      rest: piece,
      hosts: fc.array(fc.oneof(fc.constantFrom(...HOSTS), line), { maxLength: 2 }),
      isAimed: fc.boolean(),
    })
    .map(({ request: { method, body, encode, ...request }, target, rest, hosts, isAimed }) => ({
      method,
      body,
      encode,
      path: isAimed ? request.path : target + rest || '/',
      headers: [...request.headers, ...hosts.map((host): [string, string] => ['Host', host])],
    }))
  const packed = fc
    .record({ request: spoken, encoder: fc.constantFrom(...ENCODERS) })
    .map(({ request: { method, path, body, headers }, encoder: [name, encode] }) => ({
      method,
      path,
      body,
      encode,
      headers: [...headers, ['Content-Encoding', name] as [string, string]],
    }))
  return fc.oneof(any, spoken, misaimed, packed)
}

/** The bytes of a request. */
export function bytesOf({ method, path, headers, body, encode }: HostileRequest): Buffer {
  const content = encode(Buffer.from(body))
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const host = headers.some(([name]) => name === 'Host') ? '' : 'Host: teahouse\r\n'
  const head = `${method} ${path} HTTP/1.1\r\n${host}${lines.join('')}Content-Length: ${content.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'utf8'), content])
}

function body(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const field = fc.tuple(fc.constantFrom(...FIELDS), value)
  return fc.oneof(
    fc.constant(''),
    value,
    fc.json(),
    fc.array(field, { maxLength: 4 }).map((fields) => JSON.stringify(Object.fromEntries(fields))),
    fc.array(field, { maxLength: 4 }).map((fields) => new URLSearchParams(fields).toString()),
  )
}
