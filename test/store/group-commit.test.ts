import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { expect } from 'chai'
import { Refusal } from '../../src/chat/refusal.ts'
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts'
import { refusal } from '../support/refusal.ts'

describe('GroupCommit', () => {
  let sql: DatabaseSyncInstance
  let commit: GroupCommit
  let told: string[]
  beforeEach(() => {
    sql = new DatabaseSync(':memory:')
    sql.exec('CREATE TABLE rows (text TEXT)')
    commit = new GroupCommit(sql)
    told = []
    commit.onCommit(() => told.push('commit'))
    commit.onRollback(() => told.push('rollback'))
  })
  afterEach(() => sql.close())

  const add = (text: string) => commit.run(() => sql.prepare('INSERT INTO rows VALUES (?)').run(text))
  const count = () => (sql.prepare('SELECT count(*) AS count FROM rows').get() as { count: number }).count

  it('puts the work of one turn into one transaction, and tells of it before the promises resolve', async () => {
    const works = ['a', 'b', 'c'].map((text) => add(text).then(() => told.push(text)))
    expect(count()).to.equal(0)
    await Promise.all(works)
    expect(told).to.deep.equal(['commit', 'a', 'b', 'c'])
    expect(count()).to.equal(3)
  })

  it('lets a refused work fail alone', async () => {
    const refused = commit.run(() => {
      throw new Refusal('name_taken')
    })
    const [code] = await Promise.all([refusal(refused), add('a'), add('b')])
    expect(code).to.equal('name_taken')
    expect(count()).to.equal(2)
  })

  it('undoes everything when any work breaks', async () => {
    const broken = commit.run(() => sql.exec('INSERT INTO nowhere VALUES (1)'))
    const results = await Promise.allSettled([add('a'), broken, add('b')])
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected'])
    expect(count()).to.equal(0)
    expect(told).to.deep.equal(['rollback'])
    await add('c')
    expect(count()).to.equal(1)
  })

  it('answers store_full while the disk is full, and goes on when there is room again', async () => {
    sql.exec('PRAGMA max_page_count = 3')
    const long = 'x'.repeat(20_000)
    expect(await Promise.all([refusal(add(long)), refusal(add('short'))])).to.deep.equal(['store_full', 'store_full'])
    expect(count()).to.equal(0)
    sql.exec('PRAGMA max_page_count = 1000')
    await add(long)
    expect(count()).to.equal(1)
  })

  it('commits at once when it is asked to', () => {
    void add('a')
    commit.flush()
    expect(count()).to.equal(1)
  })
})
