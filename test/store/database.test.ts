import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp, restore } from '../../src/store/sqlite/backup.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { epochOf } from '../support/epoch.ts'

describe('the data directory', () => {
  let directory: string
  let file: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
    file = join(directory, 'teahouse.db')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const open = (where = directory) => openSqliteStore({ directory: where, nameLifetimeMs: 1000 })
  const say = (store: ReturnType<typeof open>, text: string) =>
    store.log.append('lobby', { event: 'message', name: 'bob', text, guest: true, owner: null })

  it('is made when it is missing', () => {
    openDatabase(join(directory, 'a', 'b')).close()
    expect(readdirSync(join(directory, 'a', 'b'))).to.include('teahouse.db')
  })

  it('is held by one at a time', () => {
    const first = openDatabase(directory)
    expect(() => openDatabase(directory)).to.throw(StoreError, `another process holds the data directory ${directory}`)
    first.close()
    openDatabase(directory).close()
  })

  it('refuses a file from a newer version', () => {
    openDatabase(directory).close()
    const sql = new DatabaseSync(file)
    sql.exec('PRAGMA user_version = 99')
    sql.close()
    expect(() => openDatabase(directory)).to.throw(
      StoreError,
      /^.*teahouse\.db is from a newer version of Teahouse \(schema 99,/,
    )
  })

  it('refuses a file that is no database, or a damaged one', async () => {
    writeFileSync(file, 'this is no database, it only looks like a file of some length'.repeat(100))
    expect(() => openDatabase(directory)).to.throw(StoreError, /^cannot open .*teahouse\.db: .*$/)
    rmSync(file)
    const store = open()
    for (let n = 0; n < 100; n++) await say(store, `m${n}`)
    await store.close()
    truncateSync(file, 4096)
    expect(() => openDatabase(directory)).to.throw(StoreError, /^cannot open .*teahouse\.db: .*$/)
  })

  it('is free again after a refusal', () => {
    writeFileSync(file, 'no database'.repeat(1000))
    expect(() => openDatabase(directory)).to.throw(StoreError)
    rmSync(file)
    openDatabase(directory).close()
  })

  it('waits for each commit to be on disk', () => {
    const { sql, close } = openDatabase(directory)
    expect(sql.prepare('PRAGMA synchronous').get()).to.deep.equal({ synchronous: 2 })
    expect(sql.prepare('PRAGMA journal_mode').get()).to.deep.equal({ journal_mode: 'wal' })
    close()
  })

  describe('backUp and restore', () => {
    it('copy what was said, while the store is in use', async () => {
      const store = open()
      await say(store, 'one')
      const backup = join(directory, 'backup.db')
      backUp(directory, backup)
      await say(store, 'two')
      const other = join(directory, 'other')
      restore(backup, other)
      const restored = open(other)
      expect(
        (await restored.log.read('lobby', 0, 10)).entries.map((entry) => 'text' in entry && entry.text),
      ).to.deep.equal(['one'])
      await Promise.all([store.close(), restored.close()])
    })

    it('start a new epoch, since numbers may come to mean other entries', async () => {
      const store = open()
      const epoch = await epochOf(store)
      await store.close()
      backUp(directory, join(directory, 'backup.db'))
      restore(join(directory, 'backup.db'), join(directory, 'other'))
      const restored = open(join(directory, 'other'))
      expect(await epochOf(restored)).not.to.equal(epoch)
      await restored.close()
    })

    it('overwrite nothing, and take nothing that is no backup', async () => {
      const backup = join(directory, 'backup.db')
      expect(() => backUp(directory, backup)).to.throw(StoreError, `there is no store in ${directory}`)
      const store = open()
      backUp(directory, backup)
      expect(() => backUp(directory, backup)).to.throw(StoreError, `${backup} exists already`)
      expect(() => backUp(directory, '/dev/null/x')).to.throw(StoreError, /^cannot back up /)
      expect(() => restore(backup, directory)).to.throw(StoreError, `another process holds`)
      await store.close()
      expect(() => restore(backup, directory)).to.throw(StoreError, `there is a store in ${directory} already`)
      writeFileSync(backup, 'nonsense')
      expect(() => restore(backup, join(directory, 'x'))).to.throw(StoreError, `${backup} is no backup`)
      expect(() => restore(join(directory, 'none'), join(directory, 'x'))).to.throw(StoreError, `is no backup`)
    })
  })
})
