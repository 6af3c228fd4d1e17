import { expect } from 'chai'
import { checkExport } from './exporter.ts'

const lines = (...numbers: number[]) => numbers.map((number) => `{"id":"k3f9x2-${number}"}\n`).join('')

describe('the check of an export that ended normally', () => {
  const isGood = (text: string, head: number, isTrimmed = false) =>
    checkExport('lobby', text, head, isTrimmed).length === 0

  it('finds nothing in a whole one, nor in an empty room', () => {
    expect(isGood(lines(1, 2, 3), 3)).to.equal(true)
    expect(isGood(lines(1, 2, 3), 2)).to.equal(true)
    expect(isGood('', 0)).to.equal(true)
  })

  it('finds what is missing: at the beginning, in the middle, at the end, in a line, all', () => {
    expect(isGood(lines(2, 3), 3)).to.equal(false)
    expect(isGood(lines(1, 3), 3)).to.equal(false)
    expect(isGood(lines(1, 2), 3)).to.equal(false)
    expect(isGood('{"id":"k3f9x2-1"}\n{"id"', 1)).to.equal(false)
    expect(isGood('', 1)).to.equal(false)
  })

  it('lets a room that keeps its newest entries begin later, and no more than that', () => {
    expect(isGood(lines(2, 3), 3, true)).to.equal(true)
    expect(isGood(lines(2, 4), 4, true)).to.equal(false)
    expect(isGood(lines(2), 3, true)).to.equal(false)
  })
})
