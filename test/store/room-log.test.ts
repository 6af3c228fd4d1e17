import { expect } from 'chai'
import fc from 'fast-check'
import type { Entry } from '../../src/chat/log/entry.ts'
import type { MessageDraft, RoomLog } from '../../src/chat/log/room-log.ts'
import type { Store } from '../../src/chat/store.ts'
import { refusal } from '../support/refusal.ts'
import { epochOf } from '../support/epoch.ts'
import { until } from '../support/until.ts'
import { backends } from './backends.ts'

const draft = (text: string, more: Partial<MessageDraft> = {}): MessageDraft => ({
  event: 'message',
  name: 'bob',
  text,
  guest: false,
  owner: '1',
  ...more,
})
const numbers = (entries: { number: number }[]) => entries.map(({ number }) => number)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

for (const backend of backends()) {
  describe(`the room log on ${backend.name}`, () => {
    let store: Store
    let log: RoomLog
    let epoch: string
    beforeEach(async () => {
      store = await backend.open()
      log = store.log
      epoch = await epochOf(store)
    })
    afterEach(async () => {
      await store.close()
      await backend.clear()
    })

    const edit = (message: number, text: string, owner = '1') =>
      ({ event: 'edited', epoch, message, name: 'bob', text, owner }) as const
    const deletion = (message: number, owner = '1') =>
      ({ event: 'deleted', epoch, message, name: 'bob', owner }) as const
    const read = async (room: string, after: number, limit: number) => (await log.read(room, after, limit)).entries
    const standing = async (room: string, number: number) => (await log.message(room, number)).message
    const say = (count: number, room = 'lobby') => Promise.all(upTo(count).map((n) => log.append(room, draft(`m${n}`))))

    it('has an epoch of the characters of an id, and names it in every answer', async () => {
      expect(epoch).to.match(/^[a-z0-9]{8}$/)
      const { stop, ...following } = await log.follow('lobby', () => {})
      const answers = [
        following,
        await log.append('lobby', draft('m')),
        await log.read('lobby', 0, 10),
        await log.extent('lobby'),
        await log.history('lobby', 10),
        await log.message('lobby', 1),
        ...(await log.rooms(10)),
        await log.extent('nowhere'),
      ]
      stop()
      expect(answers.map((answer) => answer.epoch)).to.deep.equal(answers.map(() => epoch))
    })

    it('numbers the entries of each room from 1 without holes', async () => {
      await Promise.all([say(50), say(30, 'tea')])
      expect(numbers(await read('lobby', 0, 100))).to.deep.equal(upTo(50))
      expect(numbers(await read('tea', 0, 100))).to.deep.equal(upTo(30))
      expect(await log.extent('lobby')).to.deep.equal({ epoch, first: 1, head: 50 })
      expect(await log.extent('nowhere')).to.deep.equal({ epoch, first: 1, head: 0 })
    })

    it('reads back exactly what was appended', async () => {
      const text = fc.string({ unit: 'binary', minLength: 1 }).map((raw) => raw.toWellFormed())
      const name = fc.option(text.map((raw) => raw.replaceAll('\0', '')))
      await fc.assert(
        fc.asyncProperty(text, name, fc.boolean(), async (said, who, guest) => {
          const { entry } = await log.append('lobby', draft(said, { name: who, guest }))
          expect(entry).to.include({ text: said, name: who, guest, room: 'lobby' })
          expect(await read('lobby', entry.number - 1, 1)).to.deep.equal([entry])
        }),
        { numRuns: 50 },
      )
    })

    it('reads a page after a number', async () => {
      await say(10)
      expect(numbers(await read('lobby', 3, 4))).to.deep.equal([4, 5, 6, 7])
      expect(numbers(await read('lobby', 8, 4))).to.deep.equal([9, 10])
      expect(await read('lobby', 10, 4)).to.deep.equal([])
      expect(await read('lobby', Number.MAX_SAFE_INTEGER, 4)).to.deep.equal([])
    })

    it('shows messages as they stand now, and keeps what was said before an edit', async () => {
      await say(3)
      await log.append('lobby', edit(1, 'changed'))
      await log.append('lobby', deletion(2))
      const { messages, more, head } = await log.history('lobby', 10)
      expect(messages.map(({ text }) => text)).to.deep.equal(['changed', 'm3'])
      expect(messages.map(({ editedAt }) => editedAt !== null)).to.deep.equal([true, false])
      expect({ more, head }).to.deep.equal({ more: false, head: 5 })
      const entries = await read('lobby', 0, 10)
      expect(entries.map(({ event }) => event)).to.deep.equal(['message', 'erased', 'message', 'edited', 'deleted'])
      expect(entries[0]).to.include({ text: 'm1' })
      expect(await standing('lobby', 1)).to.include({ text: 'changed' })
      expect(await standing('lobby', 2)).to.equal(undefined)
      expect(await standing('lobby', 4)).to.equal(undefined)
    })

    it('erases a deleted message and its edits, which keep their numbers and times', async () => {
      await say(3)
      await log.append('lobby', edit(1, 'stays'))
      await log.append('lobby', edit(2, 'secret'))
      await log.append('lobby', edit(2, 'secret'))
      const before = await read('lobby', 0, 10)
      const { entry } = await log.append('lobby', deletion(2))
      const erased = (number: number) => ({ event: 'erased', number, room: 'lobby', at: before[number - 1]!.at })
      expect(await read('lobby', 0, 10)).to.deep.equal([
        before[0],
        erased(2),
        before[2],
        before[3],
        erased(5),
        erased(6),
        entry,
      ])
      expect(entry).to.include({ event: 'deleted', message: 2, name: 'bob' })
      expect(await log.extent('lobby')).to.deep.equal({ epoch, first: 1, head: 7 })
      expect(numbers((await log.history('lobby', 10)).messages)).to.deep.equal([1, 3])
      expect(await refusal(log.append('lobby', deletion(2)))).to.equal('message_deleted')
      expect(await refusal(log.append('lobby', edit(5, 'x')))).to.equal('unknown_message')
    })

    it('erases a message with more edits than one step takes', async () => {
      await say(2)
      await Promise.all(upTo(1500).map((n) => log.append('lobby', edit(1, `secret ${n}`))))
      await log.append('lobby', deletion(1))
      const entries = [...(await read('lobby', 0, 1000)), ...(await read('lobby', 1000, 1000))]
      expect(entries).to.have.length(1503)
      expect(entries.filter(({ event }) => event !== 'erased').map(({ number }) => number)).to.deep.equal([2, 1503])
    })

    it('tells followers of a deletion once the message is erased', async () => {
      await say(1)
      const seen: Promise<Entry[]>[] = []
      await log.follow('lobby', () => seen.push(read('lobby', 0, 1)))
      await log.append('lobby', deletion(1))
      expect((await seen[0])![0]!.event).to.equal('erased')
    })

    it('gives all that a session writes one author, and what a guest writes none', async () => {
      const own = [
        await log.append('lobby', draft('a')),
        await log.append('tea', draft('b', { name: 'robert' })),
        await log.append('lobby', edit(1, 'c')),
        await log.append('lobby', deletion(1)),
      ]
      const author = store.pseudonyms.author('1')
      expect(author).to.match(/^[a-z0-9]{10}$/)
      for (const { entry } of own) expect(entry).to.include({ author })
      expect((await log.append('lobby', draft('d', { owner: '2' }))).entry).not.to.include({ author })
      expect((await log.append('lobby', draft('e', { owner: null, guest: true }))).entry).to.include({ author: null })
      expect((await read('lobby', 2, 10)).map((entry) => 'author' in entry && entry.author)).to.deep.equal([
        author,
        store.pseudonyms.author('2'),
        null,
      ])
      expect((await log.history('tea', 1)).messages[0]).to.include({ author })
      expect(await standing('tea', 1)).to.include({ author })
    })

    it('pages through history', async () => {
      await say(5)
      expect(numbers((await log.history('lobby', 2, 4)).messages)).to.deep.equal([2, 3])
      expect((await log.history('lobby', 2, 4)).more).to.equal(true)
      expect((await log.history('lobby', 3, 4)).more).to.equal(false)
      expect(await log.history('nowhere', 3)).to.deep.equal({ epoch, messages: [], more: false, head: 0 })
    })

    it('refuses to change what is unknown, deleted or somebody else’s', async () => {
      await say(2)
      await log.append('lobby', deletion(2))
      expect(await refusal(log.append('lobby', edit(9, 'x')))).to.equal('unknown_message')
      expect(await refusal(log.append('lobby', edit(3, 'x')))).to.equal('unknown_message')
      expect(await refusal(log.append('nowhere', edit(1, 'x')))).to.equal('unknown_message')
      expect(await refusal(log.append('lobby', edit(2, 'x')))).to.equal('message_deleted')
      expect(await refusal(log.append('lobby', edit(1, 'x', '2')))).to.equal('not_your_message')
      expect(await refusal(log.append('lobby', deletion(1, '2')))).to.equal('not_your_message')
      expect(await log.extent('lobby')).to.deep.equal({ epoch, first: 1, head: 3 })
      expect(await log.rooms(10)).to.have.length(1)
    })

    it('says a keyed message once', async () => {
      const once = { sender: 'bob', key: 'k' }
      const both = await Promise.all([
        log.append('lobby', draft('a', { once })),
        log.append('lobby', draft('b', { once })),
      ])
      expect(both.map(({ isNew }) => isNew)).to.deep.equal([true, false])
      expect(both[1].entry).to.deep.equal(both[0].entry)
      expect((await log.append('tea', draft('c', { once }))).isNew).to.equal(true)
      expect((await log.append('lobby', draft('d', { once: { ...once, sender: 'eve' } }))).isNew).to.equal(true)
    })

    it('finds what was said with a key', async () => {
      const once = { sender: 'bob', key: 'k' }
      expect(await log.said('lobby', once)).to.equal(undefined)
      const { entry } = await log.append('lobby', draft('a', { once }))
      expect(await log.said('lobby', once)).to.deep.equal({ epoch, entry, isNew: false })
      expect(await log.said('lobby', { ...once, sender: 'eve' })).to.equal(undefined)
      expect(await log.said('tea', once)).to.equal(undefined)
    })

    it('answers a keyed message that was erased with what is left of it', async () => {
      const once = { sender: 'bob', key: 'k' }
      const { entry } = await log.append('lobby', draft('a', { once }))
      await log.append('lobby', deletion(1))
      const erased = { epoch, entry: { event: 'erased', number: 1, room: 'lobby', at: entry.at }, isNew: false }
      expect(await log.append('lobby', draft('a', { once }))).to.deep.equal(erased)
      expect(await log.said('lobby', once)).to.deep.equal(erased)
    })

    it('tells followers every entry after the head, in order, each once', async () => {
      await say(3)
      const seen: Entry[] = []
      const { head, stop } = await log.follow('lobby', (entries) => seen.push(...entries))
      expect(head).to.equal(3)
      await Promise.all([say(20), say(5, 'tea'), log.append('lobby', edit(1, 'x'))])
      expect(numbers(seen)).to.deep.equal(upTo(24, 4))
      expect(seen).to.deep.equal(await read('lobby', 3, 100))
      stop()
      await say(1)
      expect(seen).to.have.length(21)
    })

    it('tells a follower that its following has ended: by itself, or since the store is closed', async () => {
      const [stopped, closed] = [await log.follow('lobby', () => {}), await log.follow('lobby', () => {})]
      const ended: string[] = []
      void stopped.ended.then(() => ended.push('stopped'))
      void closed.ended.then(() => ended.push('closed'))
      await say(1)
      expect(ended).to.deep.equal([])
      stopped.stop()
      await stopped.ended
      expect(ended).to.deep.equal(['stopped'])
      await store.close()
      await closed.ended
      ;({ log } = store = await backend.open())
    })

    it('takes a message of another epoch for unknown', async () => {
      await say(1)
      const other = { ...edit(1, 'x'), epoch: 'other' }
      expect(await refusal(log.append('lobby', other))).to.equal('unknown_message')
      expect(await refusal(log.append('lobby', { ...deletion(1), epoch: 'other' }))).to.equal('unknown_message')
      expect(await standing('lobby', 1)).to.include({ text: 'm1' })
    })

    it('has told its followers by the time a post is answered', async () => {
      let newest = 0
      await log.follow('lobby', (entries) => (newest = entries.at(-1)!.number))
      for (const n of upTo(20)) {
        const { entry } = await log.append('lobby', draft(`m${n}`))
        expect(newest).to.equal(entry.number)
      }
    })

    it('lists the rooms in which something was said, the newest first', async () => {
      await say(2)
      // The rooms are listed by the millisecond.
      const saidAt = Date.now()
      await until(() => Date.now() > saidAt + 1)
      await say(1, 'tea')
      expect((await log.rooms(10)).map(({ room, head }) => [room, head])).to.deep.equal([
        ['tea', 1],
        ['lobby', 2],
      ])
      expect(await log.rooms(1)).to.have.length(1)
    })

    it('imports what 0.1.0 exported of a deleted message as erased', async () => {
      const at = 1_700_000_000_000
      const old = { name: 'bob', author: null, at }
      await log.import('tea', [
        { ...old, event: 'message', number: 5, room: 'x', text: 'secret', guest: false },
        { ...old, event: 'edited', number: 6, message: 5, text: 'secret' },
        { ...old, event: 'deleted', number: 7, message: 5 },
      ])
      expect(await read('tea', 0, 10)).to.deep.equal([
        { event: 'erased', number: 1, room: 'tea', at },
        { event: 'erased', number: 2, room: 'tea', at },
        { ...old, event: 'deleted', number: 3, message: 1 },
      ])
    })

    it('imports what was said elsewhere under new numbers', async () => {
      await say(3)
      await log.append('lobby', edit(2, 'changed'))
      await log.append('lobby', deletion(3))
      const exported = await read('lobby', 0, 100)
      await say(2, 'tea')
      await log.import('tea', exported)
      const { messages } = await log.history('tea', 10)
      expect(messages.map(({ text }) => text)).to.deep.equal(['m1', 'm2', 'm1', 'changed'])
      expect(numbers(await read('tea', 0, 100))).to.deep.equal(upTo(7))
      expect(messages[3]).to.include({ at: exported[1]!.at, author: store.pseudonyms.author('1') })
      expect((await read('tea', 4, 1))[0]).to.deep.equal({ ...exported[2], number: 5, room: 'tea' })
      expect(await refusal(log.append('tea', edit(3, 'x')))).to.equal('not_your_message')
    })

    it('imports more than one batch holds', async () => {
      await say(1500)
      await log.append('lobby', edit(2, 'changed'))
      await log.append('lobby', deletion(1400))
      await log.import('tea', await read('lobby', 0, 2000))
      expect(await log.extent('tea')).to.deep.equal({ epoch, first: 1, head: 1502 })
      expect(await standing('tea', 2)).to.include({ text: 'changed' })
      expect(await standing('tea', 1400)).to.equal(undefined)
      expect(await standing('tea', 1401)).to.include({ text: 'm1401' })
    })

    it('takes what speaks of a message before the import as speaking of none', async () => {
      await say(3)
      await log.append('lobby', edit(1, 'changed'))
      const exported = await read('lobby', 1, 100)
      await say(2, 'tea')
      await log.import('tea', exported)
      expect((await log.history('tea', 10)).messages.map(({ text }) => text)).to.deep.equal(['m1', 'm2', 'm2', 'm3'])
    })

    describe('when it keeps only so much', () => {
      beforeEach(() => store.close())

      it('keeps so many entries a room, under the numbers that they had', async () => {
        ;({ log } = store = await backend.open({ keepEntries: 10 }))
        await Promise.all([say(25), say(10, 'tea')])
        await store.sweep(Date.now())
        expect(await log.extent('lobby')).to.include({ first: 16, head: 25 })
        expect(await log.extent('tea')).to.include({ first: 1, head: 10 })
        expect(numbers(await read('lobby', 15, 100))).to.deep.equal(upTo(25, 16))
        expect(await read('lobby', 14, 100)).to.deep.equal([])
        expect((await log.append('lobby', draft('next'))).entry.number).to.equal(26)
        expect(await refusal(log.append('lobby', edit(3, 'x')))).to.equal('unknown_message')
      })

      it('knows the key of a message that it has dropped', async () => {
        ;({ log } = store = await backend.open({ keepEntries: 5 }))
        const once = { sender: 'bob', key: 'k' }
        await log.append('lobby', draft('a', { once }))
        await say(10)
        await store.sweep(Date.now())
        const { isNew, entry: left } = await log.append('lobby', draft('a', { once }))
        expect(isNew).to.equal(false)
        expect(left).to.include({ event: 'erased', number: 1, room: 'lobby' })
        expect((await log.said('lobby', once))?.entry).to.deep.equal(left)
      })

      it('keeps entries for a time', async () => {
        ;({ log } = store = await backend.open({ keepMs: 60_000 }))
        await say(5)
        await store.sweep(Date.now() + 30_000)
        expect(await log.extent('lobby')).to.include({ first: 1, head: 5 })
        await store.sweep(Date.now() + 61_000)
        expect(await log.extent('lobby')).to.include({ first: 6, head: 5 })
        expect(await log.rooms(10)).to.deep.equal([])
        expect((await log.append('lobby', draft('next'))).entry.number).to.equal(6)
      })

      it('drops more than one batch holds', async () => {
        ;({ log } = store = await backend.open({ keepEntries: 1 }))
        await say(4500)
        await store.sweep(Date.now())
        expect(await log.extent('lobby')).to.include({ first: 4500, head: 4500 })
      })
    })

    it('forgets keys after a day', async () => {
      const once = { sender: 'bob', key: 'k' }
      await log.append('lobby', draft('a', { once }))
      const day = 24 * 60 * 60 * 1000
      await store.sweep(Date.now() + day - 10_000)
      expect((await log.append('lobby', draft('a', { once }))).isNew).to.equal(false)
      await store.sweep(Date.now() + day + 10_000)
      expect((await log.append('lobby', draft('a', { once }))).isNew).to.equal(true)
    })

    if (backend.keeps) {
      it('is the same after it was opened again', async () => {
        await say(5)
        await log.append('lobby', edit(2, 'changed'))
        await log.append('lobby', deletion(3))
        const once = { sender: 'bob', key: 'k' }
        const { entry } = await log.append('lobby', draft('a', { once }))
        const before = [await read('lobby', 0, 100), await log.history('lobby', 100), store.pseudonyms.author('1')]
        await store.close()
        ;({ log } = store = await backend.open())
        const after = [await read('lobby', 0, 100), await log.history('lobby', 100), store.pseudonyms.author('1')]
        expect(after).to.deep.equal(before)
        expect((await log.append('lobby', draft('a', { once }))).entry).to.deep.equal(entry)
        expect((await log.append('lobby', draft('next'))).entry.number).to.equal(9)
      })
    }
  })
}
