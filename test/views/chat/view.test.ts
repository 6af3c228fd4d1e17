import { expect } from 'chai'
import type { ChatMessage } from '../../../views/chat/protocol.ts'
import { newer, older, pinned, rangeOf, TAIL, type View } from '../../../views/chat/log/view.ts'

const messages = Array.from(
  { length: 500 },
  // Numbers have gaps where something was edited or deleted.
  (_, i): ChatMessage => ({ id: `e-${i * 2 + 1}`, room: 'r', name: 'ann', text: '', at: '', guest: true }),
)

describe('the view of the list', () => {
  it('is bounded, and leads to the first message and back to the last', () => {
    let view: View = TAIL
    const seen = new Set<number>()
    const look = () => {
      const { start, end } = rangeOf(messages, view)
      expect(end - start).to.be.within(1, 120)
      for (let i = start; i < end; i++) seen.add(i)
      return { start, end }
    }
    while (look().start > 0) view = older(messages, view)
    expect(seen.size).to.equal(500)
    seen.clear()
    while (look().end < 500) view = newer(messages, view)
    expect(seen.size).to.equal(500)
  })

  it('stays on the same messages, whatever is added at either end', () => {
    const view = pinned(messages.slice(100, 400), TAIL)
    const before = rangeOf(messages.slice(100, 400), view)
    const after = rangeOf(messages, view)
    expect(after).to.deep.equal({ start: before.start + 100, end: before.end + 100 })
  })

  it('shows nothing of nothing', () => {
    expect(rangeOf([], pinned([], TAIL))).to.deep.equal({ start: 0, end: 0 })
  })
})
