import { expect } from 'chai'
import { emptyHistory, type ReaderHistory, type Seen } from '../readers/reader.ts'
import type { LogEntry } from './export.ts'
import { judgeRetained } from './judge-retained.ts'
import { Ledger } from './ledger.ts'

const said = (number: number, text = `m${number}`): LogEntry => {
  return { event: 'message', id: `k3f9x2-${number}`, room: 'lobby', name: 'bob', text, at: '', guest: true }
}
const seen = ({ event, ...data }: LogEntry): Seen => ({ number: Number(data.id.split('-')[1]), event, data })

describe('the verdict where rooms keep their newest entries', () => {
  let log: LogEntry[]
  let ledger: Ledger
  let reader: ReaderHistory
  beforeEach(() => {
    log = [4, 5, 6].map((number) => said(number))
    ledger = new Ledger()
    reader = emptyHistory('hand-made', { url: '', room: 'lobby', format: 'json', beginning: 'start' })
    reader.seen = [1, 2, 3, 4, 5, 6].map((number) => seen(said(number)))
  })
  const kinds = () => judgeRetained(new Map([['lobby', log]]), ledger, [reader]).map(({ kind }) => kind)
  const answer = (entry: LogEntry) => {
    const fields: Record<string, unknown> = { ...entry }
    delete fields.event
    ledger.posts.push({ room: 'lobby', text: entry.text!, name: 'bob', guest: true, attempts: 1, answer: fields })
  }

  it('finds nothing where all was read, and where what was not read is gone and was told to be', () => {
    expect(kinds()).to.deep.equal([])
    reader.seen.splice(1, 3)
    reader.skips.push({ after: 1, to: 4 })
    expect(kinds()).to.deep.equal([])
  })

  it('finds a gap of which nothing was told, in the middle and at the end', () => {
    reader.seen.splice(1, 2)
    expect(kinds()).to.deep.equal(['lost', 'lost'])
    reader.seen = reader.seen.slice(0, -1)
    expect(kinds()).to.deep.equal(['lost', 'lost', 'lost'])
  })

  it('finds a reset that was not needed', () => {
    reader.seen.splice(3, 1)
    reader.skips.push({ after: 3, to: 4 })
    expect(kinds()).to.deep.equal(['reset'])
  })

  it('finds a message that was said again after the first was dropped', () => {
    log[2] = said(6, 'm1')
    reader.seen[5] = seen(log[2])
    expect(kinds()).to.deep.equal(['doubled'])
  })

  it('finds an answered post that is not kept though its number is, and one with another text', () => {
    answer(said(3))
    answer(said(7))
    expect(kinds()).to.deep.equal(['lost'])
    ledger.posts.splice(0)
    answer(said(2, 'another'))
    expect(kinds()).to.deep.equal(['forged'])
  })

  it('finds a hole in what is kept, and what is doubled or out of order', () => {
    log.splice(1, 1)
    expect(kinds()).to.include('lost')
    log = [4, 5, 6].map((number) => said(number))
    reader.seen.splice(5, 0, seen(said(5)), seen(said(2)))
    expect(kinds()).to.include.members(['doubled', 'out of order'])
  })
})
