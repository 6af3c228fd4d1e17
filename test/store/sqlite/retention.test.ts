import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RetentionOptions } from '../../../src/store/retention-options.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ENTRIES = 400_000

describe('retention on SQLite', () => {
  let directory: string
  const open = (options: RetentionOptions = {}) => openSqliteStore({ directory, nameLifetimeMs: DAY_MS, ...options })
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
    await open().close()
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  /** Writes entries of these times into a room. */
  function fill(room: string, times: number[]): void {
    const sql = new DatabaseSync(join(directory, 'teahouse.db'))
    sql.exec('BEGIN')
    sql.prepare('INSERT INTO rooms (name, first, head, at) VALUES (?, 1, ?, ?)').run(room, times.length, Date.now())
    const { id } = sql.prepare('SELECT id FROM rooms WHERE name = ?').get(room) as { id: number }
    const add = sql.prepare("INSERT INTO entries (room, number, event, text, at) VALUES (?, ?, 'message', 'hi', ?)")
    for (const [index, at] of times.entries()) add.run(id, index + 1, at)
    sql.exec('COMMIT')
    sql.close()
  }

  /** Resolves with the ms of the processor that each turn of the event loop takes which has something to do, so many of them. */
  async function busyTurns(count: number): Promise<number[]> {
    const turns: number[] = []
    while (turns.length < count) {
      const before = process.cpuUsage()
      await nextTurn()
      const { user, system } = process.cpuUsage(before)
      if (user + system > 1000) turns.push((user + system) / 1000)
    }
    return turns
  }

  it('holds up nobody while it drops the entries of a long room', async () => {
    const old = Date.now() - 40 * DAY_MS
    fill(
      'lobby',
      Array.from({ length: ENTRIES }, (_, index) => old + index),
    )
    const store = open({ keepMs: 30 * DAY_MS })
    const sweeping = store.sweep()
    const turns = await busyTurns(50)
    await store.close()
    await sweeping
    // Of 50, some have the garbage collector or a checkpoint in them.
    expect(turns.toSorted((a, b) => a - b)[40]).to.be.below(15)
  })

  it('takes many empty rooms, and of each keeps the number from which it goes on', async () => {
    for (let n = 0; n < 250; n++) fill(`room ${n}`, [1, 2, 3])
    const store = open({ keepMs: DAY_MS })
    await store.sweep()
    await store.sweep()
    expect(await store.log.rooms(1000)).to.deep.equal([])
    for (const room of ['room 0', 'room 249']) {
      expect(await store.log.extent(room)).to.include({ first: 4, head: 3 })
      const draft = { event: 'message', name: null, text: 'hi', guest: true, owner: null } as const
      expect((await store.log.append(room, draft)).entry.number).to.equal(4)
    }
    await store.close()
  }).timeout(20_000)

  it('takes an entry from the future for as old as the next, and one from the past for as young as those before it', async () => {
    const now = Date.now()
    const [old, future] = [now - 40 * DAY_MS, now + 40 * DAY_MS]
    fill('lobby', [old, future, old, now, old, now, future])
    const store = open({ keepMs: 30 * DAY_MS })
    await store.sweep()
    expect(await store.log.extent('lobby')).to.include({ first: 4, head: 7 })
    await store.close()
  })

  it('stops when the store is closed', async () => {
    fill(
      'lobby',
      Array.from({ length: 20_000 }, () => 1),
    )
    const store = open({ keepMs: DAY_MS })
    const sweeping = store.sweep()
    await nextTurn()
    await store.close()
    await sweeping
    const again = open()
    expect((await again.log.extent('lobby')).first).to.be.within(2, 20_000)
    await again.close()
  })
})
