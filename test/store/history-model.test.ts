import { expect } from 'chai'
import fc from 'fast-check'
import type { Entry } from '../../src/chat/log/entry.ts'
import type { Draft } from '../../src/chat/log/room-log.ts'
import type { Store } from '../../src/chat/store.ts'
import { Refusal } from '../../src/chat/refusal.ts'
import { epochOf } from '../support/epoch.ts'
import { backends } from './backends.ts'

type Step = { do: 'say' } | { do: 'edit' | 'delete'; message: number } | { do: 'sweep' }

const KEPT = 12
const message = fc.nat(30)
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ do: 'say' }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), message }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), message }) },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'sweep' }) },
  ),
  { minLength: 5, maxLength: 40 },
)

/** The messages that stand, oldest first, as the entries of the log tell. */
function fold(entries: Entry[]): object[] {
  const standing = new Map<number, object>()
  for (const entry of entries) {
    if (entry.event === 'message') standing.set(entry.number, { ...entry, editedAt: null })
    const edited = entry.event === 'edited' && standing.get(entry.message)
    if (edited) standing.set(entry.message, { ...edited, text: (entry as { text: string }).text, editedAt: entry.at })
  }
  return [...standing.values()]
}

for (const backend of backends()) {
  describe(`history on ${backend.name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await backend.open({ keepEntries: KEPT })
    })
    afterEach(async () => {
      await store.close()
      await backend.clear()
    })

    it('is what the entries of the log add up to, whatever was changed, erased and dropped', async () => {
      const { log } = store
      const epoch = await epochOf(store)
      let rooms = 0
      let sweeps = 0
      const take = async (room: string, step: Step) => {
        if (step.do === 'sweep') return store.sweep(Date.now() + 20_000 * ++sweeps)
        const by = { name: 'ann', owner: '1' }
        const drafts = {
          say: () => ({ event: 'message', text: 'said', guest: false, ...by }),
          edit: () => ({
            event: 'edited',
            epoch,
            text: 'changed',
            message: (step as { message: number }).message,
            ...by,
          }),
          delete: () => ({ event: 'deleted', epoch, message: (step as { message: number }).message, ...by }),
        }
        await log.append(room, drafts[step.do]() as Draft).catch((error: unknown) => {
          if (!(error instanceof Refusal)) throw error
        })
      }
      await fc.assert(
        fc.asyncProperty(steps, fc.integer({ min: 1, max: 7 }), async (taken, limit) => {
          const room = `room${rooms++}`
          for (const step of taken) await take(room, step)
          const { first } = await log.extent(room)
          const expected = fold((await log.read(room, first - 1, 100)).entries)
          const found: object[] = []
          for (let before: number | undefined, more = true; more;) {
            const page = await log.history(room, limit, before)
            expect(page.messages.length).to.be.at.most(limit)
            found.unshift(...page.messages)
            ;({ more } = page)
            before = page.messages[0]?.number
          }
          expect(found).to.deep.equal(expected)
        }),
        { numRuns: 40 },
      )
    })
  })
}
