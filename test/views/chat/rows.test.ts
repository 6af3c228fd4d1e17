import { expect } from 'chai'
import { rowsOf, type Layout } from '../../../views/chat/log/rows.ts'
import type { ChatMessage } from '../../../views/chat/protocol.ts'

const NOON = new Date(2026, 10, 20, 12).getTime()

function said(number: number, name: string, minutes: number, guest = false): ChatMessage {
  const at = new Date(NOON + minutes * 60_000).toISOString()
  return { id: `e-${number}`, room: 'r', name, text: `text ${number}`, at, guest }
}

/** The rows in short: what kind they are, and of messages whether they begin a run. */
function laidOut(layout: Partial<Layout>): string[] {
  const rows = rowsOf({ messages: [], notes: [], seen: undefined, isHead: true, isTail: true, ...layout })
  return rows.map((row) => {
    if (row.kind === 'message') return `${row.message.id}${row.isFirst ? ' first' : ''}`
    return row.kind === 'presence' ? `+${row.joined.join('+')} -${row.left.join('-')}` : row.kind
  })
}

describe('rowsOf', () => {
  it("groups one author's run within five minutes", () => {
    const messages = [
      said(1, 'ann', 0),
      said(2, 'ann', 5),
      said(3, 'ann', 6),
      said(4, 'bob', 6),
      said(5, 'bob', 6, true),
    ]
    expect(laidOut({ messages })).to.deep.equal(['day', 'e-1 first', 'e-2', 'e-3 first', 'e-4 first', 'e-5 first'])
  })

  it('draws a line for each day, which ends a run', () => {
    expect(laidOut({ messages: [said(1, 'ann', 12 * 60 - 1), said(2, 'ann', 12 * 60)] })).to.deep.equal([
      'day',
      'e-1 first',
      'day',
      'e-2 first',
    ])
  })

  it('draws one line before what is new, and none where that is out of sight', () => {
    const messages = [said(4, 'ann', 0), said(7, 'ann', 0), said(8, 'ann', 0)]
    expect(laidOut({ messages, seen: 5 })).to.deep.equal(['day', 'e-4 first', 'new', 'e-7 first', 'e-8'])
    expect(laidOut({ messages, seen: 2, isHead: false })).to.deep.equal(['day', 'e-4 first', 'e-7', 'e-8'])
    expect(laidOut({ messages, seen: 8 })).to.deep.equal(['day', 'e-4 first', 'e-7', 'e-8'])
  })

  it('folds a run of joins and leaves into one line, without those who came back', () => {
    const notes = [
      { kind: 'joined', name: 'ann', after: 1 },
      { kind: 'left', name: 'bob', after: 1 },
      { kind: 'joined', name: 'bob', after: 1 },
      { kind: 'joined', name: 'carl', after: 1 },
      { kind: 'left', name: 'dan', after: 2 },
    ] as const
    const messages = [said(1, 'ann', 0), said(2, 'ann', 0)]
    expect(laidOut({ messages, notes })).to.deep.equal(['day', 'e-1 first', '+ann+carl -', 'e-2 first', '+ -dan'])
    expect(laidOut({ messages, notes, isTail: false })).to.deep.equal(['day', 'e-1 first', '+ann+carl -', 'e-2 first'])
  })

  it('shows who came before anything was said', () => {
    const notes = [{ kind: 'joined', name: 'ann', after: 0 }] as const
    expect(laidOut({ notes })).to.deep.equal(['+ann -'])
    expect(laidOut({ notes, messages: [said(1, 'ann', 0)] })).to.deep.equal(['+ann -', 'day', 'e-1 first'])
  })
})
