import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessageDraft } from '../../src/chat/log/room-log.ts'
import type { Store } from '../../src/chat/store.ts'
import { backUp } from '../../src/store/sqlite/backup.ts'
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/sqlite-store.ts'
import { STATEMENTS } from '../../src/store/sqlite/statements.ts'
import { Random } from '../faults/random.ts'
import { epochOf } from '../support/epoch.ts'
import { makeOldFile } from '../support/old-store.ts'

const bob = { name: 'bob', owner: '1' }
const message = (text: string): MessageDraft => ({ event: 'message', ...bob, text, guest: false })

describe('the files of the embedded store', () => {
  let directory: string
  let store: Store
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
  })
  afterEach(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })

  const open = (options: Partial<SqliteOptions> = {}) =>
    (store = openSqliteStore({ directory, nameLifetimeMs: 1000, ...options }))
  const say = async (text: string, room = 'lobby') => (await store.log.append(room, message(text))).entry.number
  const edit = async (number: number, text: string, room = 'lobby') =>
    store.log.append(room, { event: 'edited', epoch: await epochOf(store), message: number, ...bob, text })
  const remove = async (number: number, room = 'lobby') =>
    store.log.append(room, { event: 'deleted', epoch: await epochOf(store), message: number, ...bob })
  const bytes = (where = directory) =>
    readdirSync(where)
      .map((file) => readFileSync(join(where, file)).toString('latin1'))
      .join('\n')

  it('contain nothing of an erased message: neither its text, nor that of an edit, nor one with a NUL', async () => {
    open()
    const kept = await say('KEPT')
    const erased = [await say('SECRET one'), await say('SECRET\0two'), await say('SECRET '.repeat(1000))]
    for (const number of erased) await edit(number, `SECRET ${number} \0`)
    await edit(kept, 'KEPT too')
    expect(bytes()).to.contain('SECRET')
    for (const number of erased) await remove(number)
    await store.sweep(Date.now())
    expect(bytes()).to.contain('KEPT too').and.not.to.contain('SECRET')
  })

  it('contain nothing of what retention has dropped', async () => {
    open({ keepEntries: 2 })
    for (const text of ['SECRET one', 'SECRET two', 'KEPT one', 'KEPT two']) await say(text)
    expect(bytes()).to.contain('SECRET')
    await store.sweep(Date.now())
    expect(bytes()).to.contain('KEPT one').and.not.to.contain('SECRET')
  })

  it('contain nothing of it after the process was killed and started again', async () => {
    open()
    await remove(await say('SECRET'))
    const killed = join(directory, 'killed')
    mkdirSync(killed)
    for (const file of ['teahouse.db', 'teahouse.db-wal']) copyFileSync(join(directory, file), join(killed, file))
    expect(bytes(killed)).to.contain('SECRET')
    const restarted = openSqliteStore({ directory: killed, nameLifetimeMs: 1000 })
    await restarted.sweep(Date.now())
    expect(bytes(killed)).not.to.contain('SECRET')
    await restarted.close()
    rmSync(killed, { recursive: true })
  })

  it('contain nothing of it when they were backed up', async () => {
    open()
    await remove(await say('SECRET'))
    await say('KEPT')
    const backup = join(directory, 'backup')
    mkdirSync(backup)
    backUp(directory, join(backup, 'file'))
    expect(bytes(backup)).to.contain('KEPT').and.not.to.contain('SECRET')
    rmSync(backup, { recursive: true })
  })

  it('contain it until nobody else reads them, and nothing of it then', async () => {
    open()
    const number = await say('SECRET')
    const reader = new DatabaseSync(join(directory, 'teahouse.db'))
    reader.exec('BEGIN; SELECT * FROM entries')
    await remove(number)
    await store.sweep(Date.now())
    expect(bytes()).to.contain('SECRET')
    reader.close()
    await store.sweep(Date.now())
    expect(bytes()).not.to.contain('SECRET')
  })

  it('contain no copy that was left behind when SQLite moved a text to another page', async () => {
    open()
    const random = new Random(8)
    const pick = (below: number) => random.integer(0, below - 1)
    const rooms = ['a', 'b', 'c', 'd', 'e', 'f']
    const live: { room: string; number: number; marks: string[] }[] = []
    const erased: string[] = []
    let count = 0
    const text = () => {
      const mark = `<${count++} SECRET>`
      return { mark, text: mark.repeat(1 + pick(60)) }
    }
    for (let round = 0; round < 20; round++) {
      const writes: Promise<unknown>[] = []
      for (let n = 0; n < 40; n++) {
        const { mark, text: said } = text()
        const kind = pick(10)
        if (kind < 6 || live.length < 10) {
          const room = random.pick(rooms)
          writes.push(say(said, room).then((number) => live.push({ room, number, marks: [mark] })))
        } else {
          const [chosen] = live.splice(pick(live.length), 1)
          const { room, number, marks } = chosen!
          if (kind < 8) {
            live.push({ room, number, marks: [...marks, mark] })
            writes.push(edit(number, said, room))
          } else {
            erased.push(...marks)
            writes.push(remove(number, room))
          }
        }
      }
      await Promise.all(writes)
    }
    await store.sweep(Date.now())
    // What is written now must not bring an older copy of a page back.
    await Promise.all(live.map(({ room, number }) => edit(number, 'x', room)))
    const left = bytes()
    expect(erased.filter((mark) => left.includes(mark))).to.deep.equal([])
    const sql = new DatabaseSync(join(directory, 'teahouse.db'), { readOnly: true })
    expect(sql.prepare('PRAGMA integrity_check').all()).to.deep.equal([{ integrity_check: 'ok' }])
    sql.close()
  })

  it('contain no address: only a fingerprint of a sender, which is another one in another store', async () => {
    open()
    const once = { sender: 'address 203.0.113.7', key: 'KEY' }
    await store.log.append('lobby', { ...message('hi'), once })
    expect(bytes()).to.contain('KEY').and.not.to.contain('203.0.113.7')
    const fingerprint = store.pseudonyms.fingerprint('x')
    const other = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 1000 })
    expect(other.pseudonyms.fingerprint('x')).not.to.equal(fingerprint)
    await other.close()
  })

  it('are read for history over the messages alone, however many edits and deletions are between them', () => {
    open()
    const sql = new DatabaseSync(join(directory, 'teahouse.db'), { readOnly: true })
    const plan = sql.prepare(`EXPLAIN QUERY PLAN ${STATEMENTS.history}`).all(1, 1, 1) as { detail: string }[]
    expect(plan.map(({ detail }) => detail)).to.deep.equal([
      'SEARCH entries USING INDEX messages (room=? AND number<?)',
    ])
    sql.close()
  })

  describe('when 0.1.0 wrote them', () => {
    const now = Date.now()
    beforeEach(() => {
      makeOldFile(directory, [], 1)
      const sql = new DatabaseSync(join(directory, 'teahouse.db'))
      sql.exec(`INSERT INTO rooms VALUES (1, 'lobby', 2, 8, ${now})`)
      const add = sql.prepare(`INSERT INTO entries
        (room, number, event, message, name, text, guest, owner, at, standing, edited_at, deleted_at)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      add.run(1, 'message', null, 'bob', 'DROPPED '.repeat(500), 0, '7', now, null, null, null)
      add.run(2, 'message', null, 'bob', 'SECRET one', 0, '7', now, 'SECRET two', now, now)
      add.run(3, 'edited', 2, 'bob', Buffer.from('SECRET\0two'), null, null, now, null, null, null)
      add.run(4, 'deleted', 2, 'bob', null, null, null, now, null, null, null)
      add.run(5, 'message', null, 'bob', 'one', 0, '7', now, 'two', now, null)
      add.run(6, 'edited', 5, 'bob', 'two', null, null, now, null, null, null)
      add.run(7, 'message', null, 'guest', 'hi', 1, null, now, null, null, null)
      add.run(8, 'message', null, null, Buffer.from('an\0onymous'), 1, null, now, null, null, null)
      const key = sql.prepare(`INSERT INTO keys VALUES (1, ?, 'k', ?, ${now})`)
      key.run('session 7', 2)
      key.run('guest guest', 7)
      key.run('address 203.0.113.7', 8)
      sql.exec('DELETE FROM entries WHERE number = 1')
      sql.close()
      expect(bytes()).to.contain('DROPPED').and.to.contain('SECRET').and.to.contain('203.0.113.7')
      open()
    })

    it('lose what was deleted, and what was dropped, and every address', async () => {
      await store.sweep(now)
      expect(bytes()).not.to.match(/DROPPED|SECRET|203\.0\.113\.7/)
      const { entries } = await store.log.read('lobby', 1, 3)
      expect(entries.slice(0, 2)).to.deep.equal([
        { event: 'erased', number: 2, room: 'lobby', at: now },
        { event: 'erased', number: 3, room: 'lobby', at: now },
      ])
      expect(entries[2]).to.include({ event: 'deleted', message: 2, name: 'bob' })
      expect((await store.log.history('lobby', 10)).messages.map(({ text }) => text)).to.deep.equal([
        'two',
        'hi',
        'an\0onymous',
      ])
    })

    it('get authors', async () => {
      const author = store.pseudonyms.author('7')
      const { entries } = await store.log.read('lobby', 3, 10)
      expect(entries.map((entry) => 'author' in entry && entry.author)).to.deep.equal([
        author,
        author,
        author,
        null,
        null,
      ])
    })

    it('keep the keys that were used', async () => {
      const numberOf = async (sender: string) => (await store.log.said('lobby', { sender, key: 'k' }))?.entry.number
      expect(await numberOf('session 7')).to.equal(2)
      expect(await numberOf('guest guest\nhi')).to.equal(7)
      expect(await numberOf('address 203.0.113.7\nan\0onymous')).to.equal(8)
      expect(await numberOf('guest guest\nho')).to.equal(undefined)
    })
  })
})
