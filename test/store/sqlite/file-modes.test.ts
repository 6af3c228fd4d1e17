import { expect } from 'chai'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp, restore } from '../../../src/store/sqlite/backup.ts'
import { openDatabase } from '../../../src/store/sqlite/database.ts'

for (const umask of [0o000, 0o022]) {
  describe(`what the store writes, under the umask ${umask.toString(8).padStart(3, '0')}`, () => {
    let parent: string
    let directory: string
    let umaskBefore: number
    beforeEach(() => {
      umaskBefore = process.umask(umask)
      parent = mkdtempSync(join(tmpdir(), 'teahouse-'))
      directory = join(parent, 'data')
    })
    afterEach(() => {
      process.umask(umaskBefore)
      rmSync(parent, { recursive: true })
    })

    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
    const modes = () => Object.fromEntries(readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]))

    it('can be read by its user alone', () => {
      const { close } = openDatabase(directory)
      expect(modeOf(directory)).to.equal('700')
      expect(modes()).to.include.keys('lock.db', 'teahouse.db', 'teahouse.db-shm', 'teahouse.db-wal')
      expect(new Set(Object.values(modes()))).to.deep.equal(new Set(['600']))
      close()
    })

    it('can be read by its user alone, in a backup and a restored store too', () => {
      openDatabase(directory).close()
      const backup = join(parent, 'backup.db')
      backUp(directory, backup)
      expect(modeOf(backup)).to.equal('600')
      chmodSync(backup, 0o644)
      const other = join(parent, 'other')
      restore(backup, other)
      expect([modeOf(other), modeOf(join(other, 'teahouse.db'))]).to.deep.equal(['700', '600'])
    })

    it('is taken away from others when it was written by 0.1.0, and the directory stays as it is', () => {
      mkdirSync(directory)
      chmodSync(directory, 0o755)
      openDatabase(directory).close()
      for (const name of ['teahouse.db', 'lock.db']) chmodSync(join(directory, name), 0o644)
      const { close } = openDatabase(directory)
      expect(modeOf(directory)).to.equal('755')
      expect(new Set(Object.values(modes()))).to.deep.equal(new Set(['600']))
      close()
    })
  })
}
