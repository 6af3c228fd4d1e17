import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp, restore } from '../../../src/store/sqlite/backup.ts'
import { openDatabase } from '../../../src/store/sqlite/database.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { StoreError } from '../../../src/store/store-error.ts'

/** What becomes of the file of a good store, and what is said of it. */
const DAMAGES: Record<string, [damage: (file: string) => void, said: RegExp]> = {
  'an empty file': [(file) => truncateSync(file, 0), /it is empty$/],
  'a file of zeros': [(file) => writeFileSync(file, Buffer.alloc(8192)), /it is no SQLite database$/],
  'a file that lacks its last page': [
    (file) => truncateSync(file, statSync(file).size - 4096),
    /it is cut off: \d+ bytes of \d+$/,
  ],
  'the database of another program': [
    (file) => {
      rmSync(file)
      change(file, 'CREATE TABLE notes (text TEXT)')
    },
    /it is no store of Teahouse, or damaged: without meta, rooms, entries, keys, sessions$/,
  ],
  'an empty database': [
    (file) => {
      rmSync(file)
      change(file, 'PRAGMA user_version = 1')
    },
    /it is no store of Teahouse, or damaged: without meta/,
  ],
  'a store without one of its tables': [(file) => change(file, 'DROP TABLE keys'), /without keys$/],
  'a store without its epoch': [(file) => change(file, 'DELETE FROM meta'), /without the name of its epoch$/],
}

/** The files of a directory, without those that SQLite keeps beside a database while it is open. */
function filesIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => !/-(journal|wal|shm)$/.test(name))
}

function change(file: string, text: string): void {
  const sql = new DatabaseSync(file)
  sql.exec(text)
  sql.close()
}

describe('the file of a store', () => {
  let directory: string
  let file: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
    file = join(directory, 'teahouse.db')
    openDatabase(directory).close()
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  for (const [what, [damage, said]] of Object.entries(DAMAGES)) {
    it(`is refused in one line, and not changed, when it is ${what}`, () => {
      damage(file)
      const before = readFileSync(file)
      expect(() => openDatabase(directory))
        .to.throw(StoreError, said)
        .with.property('message')
        .that.matches(/^cannot open [^\n]*$/)
      expect(() => backUp(directory, join(directory, 'backup.db'))).to.throw(StoreError, said)
      expect(() => restore(file, join(directory, 'other'))).to.throw(StoreError, said)
      expect(readFileSync(file).equals(before)).to.equal(true)
      expect(filesIn(directory)).to.have.members(['lock.db', 'teahouse.db', 'other'])
      expect(filesIn(join(directory, 'other'))).to.deep.equal(['lock.db'])
    })
  }

  it('is opened after a start that was interrupted before it was complete', () => {
    rmSync(file)
    writeFileSync(`${file}.new`, 'SQLite')
    openDatabase(directory).close()
    expect(filesIn(directory)).to.have.members(['lock.db', 'teahouse.db'])
  })

  it('is not begun anew beside the write-ahead log of one that is missing', () => {
    rmSync(file)
    writeFileSync(`${file}-wal`, 'entries')
    expect(() => openDatabase(directory)).to.throw(StoreError, /teahouse\.db is missing, but/)
    expect(filesIn(directory)).to.deep.equal(['lock.db'])
    expect(readFileSync(`${file}-wal`, 'utf8')).to.equal('entries')
  })

  it('is good after a kill, when most of it is in the write-ahead log', async () => {
    const store = openSqliteStore({ directory, nameLifetimeMs: 1000 })
    const draft = { event: 'message', name: 'bob', text: 'x'.repeat(8000), guest: true, owner: null } as const
    await store.log.append('lobby', draft)
    const killed = mkdtempSync(join(tmpdir(), 'teahouse-'))
    for (const name of ['teahouse.db', 'teahouse.db-wal'])
      writeFileSync(join(killed, name), readFileSync(join(directory, name)))
    await store.close()
    const again = openSqliteStore({ directory: killed, nameLifetimeMs: 1000 })
    expect(await again.log.extent('lobby')).to.include({ first: 1, head: 1 })
    await again.close()
    rmSync(killed, { recursive: true })
  })
})
