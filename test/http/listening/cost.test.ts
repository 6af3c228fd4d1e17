import { expect } from 'chai'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { makeApp } from '../../../src/app.ts'
import type { Format } from '../../../src/chat/format/format.ts'
import { JSON_FORMAT } from '../../../src/chat/format/json-format.ts'
import { ALONE } from '../../../src/chat/presence/neighbours.ts'
import { Room } from '../../../src/chat/room/room.ts'
import { EventStream, Hub } from '../../../src/sse/index.ts'
import { startServer } from '../../../src/server/server.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { listen, type Listener } from '../../support/http/listener.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'
import { epochOf } from '../../support/epoch.ts'

const CLIENTS = 50
const ENTRIES = 300
const BEHIND = 100

/** Counts that do not vary with the machine. */
describe('a reconnect storm after a restart', () => {
  it('is whole for everybody, and reads each page of the log once', async () => {
    const store = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 60_000 })
    for (let number = 1; number <= ENTRIES; number++) {
      await store.log.append('lobby', {
        event: 'message',
        text: `text ${number}`,
        name: null,
        guest: true,
        owner: null,
      })
    }
    const reads: number[] = []
    const read = store.log.read.bind(store.log)
    store.log.read = (room, after, limit) => {
      reads.push(after)
      return read(room, after, limit)
    }
    const onError = (error: unknown) => expect.fail(String(error))
    const app = makeApp(store, { language: 'en', nameLifetimeMs: 60_000, replayLimit: 10_000, onError })
    const server = await startServer(app, { port: 0, host: '127.0.0.1' })
    const since = `${await epochOf(store)}-${ENTRIES - BEHIND}`
    const listeners = await Promise.all(
      Array.from({ length: CLIENTS }, () => listen(`${server.url}/chat?since=${since}`)),
    )
    for (const listener of listeners) {
      await until(() => listener.text.includes(`text ${ENTRIES}\n`))
      expect(listener.text.match(/text \d+/g)).to.have.length(BEHIND)
    }
    expect(reads).to.deep.equal([...new Set(reads)])
    expect(reads).to.have.length.below(4)
    for (const listener of listeners) listener.close()
    await server.drain()
    await store.close()
  })
})

/** Listeners on a response and its socket, nearly all of them those of Node and Koa. */
const MOST_LISTENERS = 18

describe('what an event stream costs', () => {
  it('is one write to its socket for each delivery', async () => {
    const teahouse = await startTeahouse()
    const { responses, listeners } = await openStreams(teahouse.url, 20)
    const counts = responses.map(countWrites)
    for (let number = 1; number <= 5; number++) {
      await fetch(`${teahouse.url}/chat`, { method: 'POST', body: `text ${number}` })
      for (const listener of listeners) await until(() => listener.text.includes(`text ${number}\n`))
    }
    expect(counts.map((count) => count())).to.deep.equal(counts.map(() => 5))
    for (const listener of listeners) listener.close()
    await teahouse.stop()
  })

  it('is no timer of its own, and the same few listeners for each', async () => {
    const teahouse = await startTeahouse()
    const first = await openStreams(teahouse.url, 1)
    const timers = countTimers()
    const { responses, listeners } = await openStreams(teahouse.url, 50)
    expect(countTimers()).to.equal(timers)
    expect(Math.max(...responses.map(countListeners))).to.be.at.most(MOST_LISTENERS)
    for (const listener of [...first.listeners, ...listeners]) listener.close()
    await teahouse.stop()
  })

  it('is a frame encoded once for each message and format, whoever listens', async () => {
    const store = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 60_000 })
    const hub = new Hub({ heartbeatMs: 60_000 })
    const options = {
      observer: { durable() {}, delivered() {}, resumed() {}, refused() {} },
      graceMs: 1,
      announceMs: 1,
      typingMs: 1,
      replayLimit: 100,
      onError: (error: unknown) => expect.fail(String(error)),
    }
    const room = await new Room('tea', store.log, hub, options).open(ALONE)
    let encoded = 0
    const entry: Format['entry'] = (...args) => (encoded++, JSON_FORMAT.entry(...args))
    const counted = { ...JSON_FORMAT, entry }
    const streams = Array.from({ length: 100 }, () => new EventStream().resume())
    for (const stream of streams) await room.listen(stream, { format: counted })
    for (let number = 1; number <= 5; number++)
      await store.log.append('tea', { event: 'message', text: 'hi', name: null, guest: true, owner: null })
    expect(encoded).to.equal(5)
    room.close()
    hub.end(() => 0)
    await store.close()
  })
})

/** Opens event streams, and returns both of their ends. */
async function openStreams(url: string, size: number): Promise<{ responses: ServerResponse[]; listeners: Listener[] }> {
  const responses: ServerResponse[] = []
  const remember = (message: unknown) => void responses.push((message as { response: ServerResponse }).response)
  subscribe('http.server.request.start', remember)
  const listeners = await Promise.all(Array.from({ length: size }, () => listen(`${url}/chat`)))
  unsubscribe('http.server.request.start', remember)
  for (const listener of listeners) await listener.until(1)
  return { responses, listeners }
}

/** Counts the writes to a response's socket from now on. */
function countWrites({ socket }: ServerResponse): () => number {
  const wire = socket!
  const write = wire.write.bind(wire)
  let count = 0
  wire.write = (bytes: Uint8Array | string) => {
    count++
    return write(bytes)
  }
  return () => count
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

function countListeners(response: ServerResponse): number {
  const of = (emitter: EventEmitter) => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
  return of(response) + of(response.socket!)
}
