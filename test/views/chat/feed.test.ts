import { expect } from 'chai'
import fc from 'fast-check'
import { Feed } from '../../../views/chat/listen/feed.ts'
import { numberOf, type Entry, type Missed } from '../../../views/chat/protocol.ts'
import type { Answer } from '../../../views/chat/api.ts'

function entry(number: number, epoch = 'e'): Entry {
  const id = `${epoch}-${number}`
  return { event: 'message', id, room: 'r', name: 'ann', text: id, at: '', guest: true }
}

const REFUSED: Answer<never> = { ok: false, status: 0, code: 'offline', msg: undefined, retryAfterMs: undefined }

/** A feed of a room whose log has `head` entries, of which a page holds 3, and every other request fails. */
function feedOf(head: number, cursor = 'e-0') {
  const numbers: number[] = []
  let requests = 0
  const missed = async (id: string): Promise<Answer<Missed>> => {
    if (requests++ % 2 === 0) return REFUSED
    const after = numberOf(id)
    const count = Math.min(3, Math.max(0, head - after))
    const events = Array.from({ length: count }, (_, i) => entry(after + 1 + i))
    return { ok: true, value: { events, cursor: events.at(-1)?.id ?? id } }
  }
  const feed = new Feed({
    cursor,
    missed,
    history: async () => ({ ok: true, value: { messages: [], cursor: 'f-9', more: false } }),
    onEntry: ({ id }) => numbers.push(numberOf(id)),
    onReset: () => numbers.push(-1),
    pause: async () => {},
  })
  return { feed, numbers }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('Feed', () => {
  it('hands on every entry once and in order, however they arrive', async () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(arrivals, async (arrived) => {
        const { feed, numbers } = feedOf(20)
        for (const number of arrived) feed.receive(entry(number))
        feed.hear('e-20')
        for (let i = 0; i < 10; i++) await settled()
        expect(numbers).to.deep.equal(Array.from({ length: 20 }, (_, i) => i + 1))
        expect(feed.cursor).to.equal('e-20')
      }),
    )
  })

  it('starts anew when the log is another one', async () => {
    const { feed, numbers } = feedOf(20)
    feed.receive(entry(10, 'f'))
    await settled()
    await settled()
    expect(feed.cursor).to.equal('f-9')
    feed.receive(entry(10, 'f'))
    expect(numbers).to.deep.equal([-1, 10])
  })
})
