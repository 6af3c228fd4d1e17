import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseName } from '../../../src/chat/names/name.ts'
import { hashToken, newToken } from '../../../src/chat/names/session.ts'
import type { Store } from '../../../src/chat/store.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { SetTime } from '../../support/set-time.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

describe('an embedded store whose clock is set', () => {
  let directory: string
  let time: SetTime
  let store: Store
  const open = (keepMs?: number) =>
    openSqliteStore({ directory, nameLifetimeMs: 30 * DAY_MS, time, ...(keepMs !== undefined && { keepMs }) })
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
    time = new SetTime()
    store = open()
  })
  afterEach(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })

  /** What a server does meanwhile: it sweeps every minute, here every quarter of an hour. */
  async function run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 15 * MINUTE_MS) {
      time.pass(15 * MINUTE_MS)
      await store.sweep()
    }
  }

  /** Time in which the server is off: only its wall clock goes on. */
  async function beOff(ms: number): Promise<void> {
    await store.close()
    time.pass(ms)
    store = open()
  }

  async function take(name: string): Promise<Buffer> {
    const token = hashToken(newToken())
    await store.sessions.claim(parseName(name)!, token)
    return token
  }

  async function isAlive(token: Buffer): Promise<boolean> {
    const session = await store.sessions.find(token)
    // That it was used is written down after the answer.
    await nextTurn()
    return session !== undefined
  }

  const say = (text: string, key = text) => {
    const once = { sender: 'bob', key }
    return store.log.append('lobby', { event: 'message', name: 'bob', text, guest: true, owner: null, once })
  }

  for (const days of [40, -40]) {
    it(`ends nothing when it jumps by ${days} days and comes back`, async () => {
      const tokens = [await take('bob'), await take('eve')]
      await say('hello')
      time.set(days * DAY_MS)
      await run(3 * HOUR_MS)
      const meanwhile = await take('carol')
      expect(await isAlive(tokens[0]!)).to.equal(true)
      expect((await say('hello')).isNew).to.equal(false)
      time.set(-days * DAY_MS)
      await run(3 * HOUR_MS)
      for (const token of [...tokens, meanwhile]) expect(await isAlive(token)).to.equal(true)
      expect((await say('hello')).isNew).to.equal(false)
    })

    it(`ends nothing when it is ${days} days off while the server starts, twice`, async () => {
      const token = await take('bob')
      time.set(days * DAY_MS)
      await beOff(MINUTE_MS)
      await run(3 * HOUR_MS)
      expect(await isAlive(token)).to.equal(true)
      const meanwhile = await take('carol')
      await say('hello')
      await beOff(MINUTE_MS)
      await run(3 * HOUR_MS)
      time.set(-days * DAY_MS)
      await run(3 * HOUR_MS)
      await beOff(MINUTE_MS)
      await run(MINUTE_MS)
      for (const each of [token, meanwhile]) expect(await isAlive(each)).to.equal(true)
    })
  }

  it('keeps entries when it jumps ahead, for as long as the jump is not confirmed', async () => {
    await store.close()
    store = open(30 * DAY_MS)
    await say('hello')
    time.set(40 * DAY_MS)
    await run(3 * HOUR_MS)
    expect(await store.log.extent('lobby')).to.include({ first: 1, head: 1 })
    await run(10 * HOUR_MS)
    expect(await store.log.extent('lobby')).to.include({ first: 2, head: 1 })
  })

  it('ends unused sessions after a long time off, once it has run for some hours, and no session that was used then', async () => {
    const unused = await take('bob')
    await run(4 * DAY_MS)
    const used = await take('eve')
    await beOff(40 * DAY_MS)
    await run(3 * HOUR_MS)
    expect([await isAlive(used), await store.sessions.isHeld('bob')]).to.deep.equal([true, true])
    await run(10 * HOUR_MS)
    expect([await isAlive(used), await isAlive(unused)]).to.deep.equal([true, false])
    await run(29 * DAY_MS)
    expect(await isAlive(used)).to.equal(true)
  })

  it('ends unused sessions in time after a short time off', async () => {
    const token = await take('bob')
    await run(29 * DAY_MS)
    expect(await store.sessions.isHeld('bob')).to.equal(true)
    await take('eve')
    await beOff(1.5 * DAY_MS)
    expect(await isAlive(token)).to.equal(false)
  })

  it('is believed after a computer has slept some hours every night', async () => {
    const token = await take('bob')
    for (let night = 0; night < 32; night++) {
      // The clock that nobody can set stands still while a computer sleeps.
      time.set(10 * HOUR_MS)
      await run(14 * HOUR_MS)
    }
    expect(await isAlive(token)).to.equal(false)
  }).timeout(20_000)
})
