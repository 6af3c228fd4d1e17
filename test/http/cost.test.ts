import { expect } from 'chai'
import { makeApp } from '../../src/app.ts'
import { startServer } from '../../src/server.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { listen } from '../support/listener.ts'
import { until } from '../support/until.ts'

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
    const since = `${store.log.epoch}-${ENTRIES - BEHIND}`
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
