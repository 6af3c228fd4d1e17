import { expect } from 'chai'
import { EventSource } from 'eventsource'
import * as fc from 'fast-check'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventSource as UndiciEventSource } from 'undici'
import { comment, encode, type ServerSentEvent } from '../../src/sse/index.ts'
import { PARSERS, type Parser, type ParsedEvent } from '../support/http/parsers.ts'
import { until } from '../support/until.ts'

/** What has a meaning to a parser, or to UTF-8, or to neither. */
const unit = fc.oneof(
  fc.constantFrom('\r', '\n', '\r\n', '\0', '\uFEFF', ' ', ':', '\t', 'data: ', '\nid: 1', 'ï»¿', '\u2028', '茶', '🍵'),
  fc.constantFrom('\uD83C', '\uDF75', '\uDFFF', '\u0085', 'event', 'retry: 5'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const text = fc.string({ unit, maxLength: 24 })
const line = text.map((value) => value.replaceAll(/[\r\n\0]/g, ''))
const retry = fc.oneof(fc.nat(), fc.maxSafeNat())
const event: fc.Arbitrary<ServerSentEvent> = fc.record(
  { event: line, id: line, data: text, retry },
  { requiredKeys: ['data'] },
)
/** A whole stream: events, settings without an event, and comments. */
const stream = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: event.map((event) => ({ event, frame: encode(event) })) },
    retry.map((retry) => ({ event: { retry }, frame: encode({ retry }) })),
    text.map((text) => ({ event: {}, frame: comment(text) })),
  ),
  { maxLength: 8 },
)

describe('encode', () => {
  it('writes each field on a line of its own, and ends the event with an empty line', () => {
    const frame = encode({ retry: 3000, event: 'message', id: 'k3f9x2-1', data: 'hi' })
    expect(String(frame)).to.equal('retry: 3000\nevent: message\ndata: hi\nid: k3f9x2-1\n\n')
  })

  it('writes data that is no text as JSON on one line, whatever line breaks and controls it holds', () => {
    expect(String(encode({ data: { a: ['x\ny', null, 1] } }))).to.equal('data: {"a":["x\\ny",null,1]}\n\n')
    expect(String(encode({ data: 0 }))).to.equal('data: 0\n\n')
    expect(String(encode({ data: null }))).to.equal('data: null\n\n')
    const separators = '\u2028\u2029\u0085\u009B\u007F'
    const [, json] = /^data: (.*)\n\n$/.exec(String(encode({ data: [separators] })))!
    expect(json).to.equal(String.raw`["\u2028\u2029\u0085\u009b\u007f"]`)
    expect(JSON.parse(json!)).to.deep.equal([separators])
  })

  it('refuses data that has no JSON', () => {
    expect(() => encode({ data: () => 1 })).to.throw(TypeError, 'function')
    expect(() => encode({ data: 1n })).to.throw(TypeError)
  })

  it('writes only the fields that are given', () => {
    expect(String(encode({ data: 'hi' }))).to.equal('data: hi\n\n')
    expect(String(encode({ retry: 0 }))).to.equal('retry: 0\n\n')
    expect(String(encode({ id: '' }))).to.equal('id: \n\n')
  })

  it('writes a data line for each line of the text, whichever line break it has', () => {
    const frame = encode({ data: 'a\nb\rc\r\nd\n\re\n' })
    expect(String(frame)).to.equal('data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\ndata: \n\n')
  })

  it('writes one empty data line for the empty text, since an event without data is never dispatched', () => {
    expect(String(encode({ data: '' }))).to.equal('data: \n\n')
  })

  it('refuses a line break or a NUL in the name and the id, which could forge other fields', () => {
    for (const forged of ['a\nb', 'a\rb', 'a\r\nb', 'a\0b', '\n', '\0']) {
      expect(() => encode({ event: forged, data: '' })).to.throw(TypeError, JSON.stringify(forged))
      expect(() => encode({ id: forged, data: '' })).to.throw(TypeError, JSON.stringify(forged))
    }
  })

  it('refuses an event that has a name and no data', () => {
    expect(() => encode({ event: 'joined' })).to.throw(TypeError, '"joined"')
  })

  it('refuses a retry that is no whole number of milliseconds', () => {
    for (const retry of [-1, 0.5, NaN, Infinity, 1e21]) {
      expect(() => encode({ retry })).to.throw(TypeError, String(retry))
    }
  })
})

describe('comment', () => {
  it('writes a comment line for each line of the text', () => {
    expect(String(comment('a\nb\rc\r\nd'))).to.equal(': a\n: b\n: c\n: d\n\n')
    expect(String(comment(''))).to.equal(': \n\n')
  })
})

for (const parser of PARSERS) {
  describe(`what ${parser.name} reads`, () => {
    it('is what was encoded', () =>
      fc.assert(
        fc.asyncProperty(event, async (event) => {
          const { events, retry } = await parser.parse([encode(event)])
          expect(events).to.deep.equal(arriving([event], parser))
          if (parser.showsRetry) expect(retry).to.equal(event.retry)
        }),
        { numRuns: 400 },
      ))

    it('is what was encoded when the bytes arrive one at a time', () =>
      fc.assert(
        fc.asyncProperty(event, async (event) => {
          const pieces = Array.from(encode(event), (byte) => Buffer.of(byte))
          const { events, retry } = await parser.parse(pieces)
          expect(events).to.deep.equal(arriving([event], parser))
          if (parser.showsRetry) expect(retry).to.equal(event.retry)
        }),
        { numRuns: 200 },
      ))

    it('is every event of a stream in order, wherever the bytes are cut', () =>
      fc.assert(
        fc.asyncProperty(stream, fc.array(fc.nat(), { maxLength: 6 }), async (items, cuts) => {
          const joined = Buffer.concat(items.map(({ frame }) => frame))
          const given = items.map((item): ServerSentEvent => item.event)
          const { events, retry } = await parser.parse(cut(joined, cuts))
          expect(events).to.deep.equal(arriving(given, parser))
          if (parser.showsRetry) expect(retry).to.equal(given.findLast(({ retry }) => retry !== undefined)?.retry)
        }),
        { numRuns: 300 },
      ))
  })
}

describe('an EventSource over HTTP', () => {
  const frames = [
    encode({ retry: 1 }),
    comment('\n'),
    encode({ event: '茶', id: 'k3f9x2-1', data: ' \uFEFF\0a\r\rb: c\n' }),
    encode({ event: 'test', data: '' }),
  ]

  for (const [name, Client] of [
    ['undici', UndiciEventSource],
    ['eventsource', EventSource],
  ] as const) {
    it(`of ${name} reads what was encoded, and comes back after \`retry\` with the last id`, async () => {
      const cursors: unknown[] = []
      const server = createServer((request, response) => {
        cursors.push(request.headers['last-event-id'])
        response.setHeader('Content-Type', 'text/event-stream').end(Buffer.concat(frames))
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      const read: unknown[] = []
      const record = ({ type, data }: { type: string; data: string }) => read.push({ type, data })
      for (const type of ['茶', 'test']) client.addEventListener(type, (event: Event) => record(event as MessageEvent))
      try {
        await until(() => cursors.length >= 2 && read.length >= 2)
        expect(cursors.slice(0, 2)).to.deep.equal([undefined, 'k3f9x2-1'])
        expect(read.slice(0, 2)).to.deep.equal([
          { type: '茶', data: ' \uFEFF\0a\n\nb: c\n' },
          { type: 'test', data: '' },
        ])
      } finally {
        client.close()
        server.close()
        server.closeAllConnections()
      }
    })
  }
})

/** What the standard says arrives: line breaks as `\n`, lone surrogates as U+FFFD. */
function arriving(given: ServerSentEvent[], { keepsId }: Parser): ParsedEvent[] {
  const events: ParsedEvent[] = []
  let lastId = ''
  for (const { event, id, data } of given) {
    lastId = (id ?? (keepsId ? lastId : '')).toWellFormed()
    if (data === undefined) continue
    const name = (event ?? '').toWellFormed() || 'message'
    events.push({
      event: name,
      data: (data as string).replaceAll(/\r\n|\r/g, '\n').toWellFormed(),
      id: lastId,
    })
  }
  return events
}

function cut(bytes: Buffer, cuts: number[]): Buffer[] {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
