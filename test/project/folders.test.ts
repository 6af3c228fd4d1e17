import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const MOST_FILES = 15

/** The folders below this one, and this one, each with the number of files directly in it. */
function folders(path: string): [path: string, files: number][] {
  const entries = readdirSync(path, { withFileTypes: true })
  const below = entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => folders(join(path, name)))
  return [[path, entries.filter((entry) => entry.isFile()).length], ...below]
}

describe('the folders', () => {
  for (const top of ['src', 'views', 'test', 'bench', 'docs', 'recipes']) {
    it(`of ${top} hold at most ${MOST_FILES} files each`, () => {
      const all = folders(top)
      expect(all.some(([, files]) => files > 1)).to.equal(true)
      expect(all.filter(([, files]) => files > MOST_FILES)).to.deep.equal([])
    })
  }
})
