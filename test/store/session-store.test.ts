import { expect } from 'chai'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseName, type Name } from '../../src/chat/names/name.ts'
import { hashToken, newToken, type Session, type SessionStore } from '../../src/chat/names/session.ts'
import type { Store } from '../../src/chat/store.ts'
import { until } from '../support/until.ts'
import { backends } from './backends.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const name = (text: string): Name => parseName(text)!
const hash = () => hashToken(newToken())

for (const backend of backends()) {
  describe(`the session store on ${backend.name}`, () => {
    let store: Store
    let sessions: SessionStore
    beforeEach(async () => {
      store = await backend.open({ nameLifetimeMs: 30 * DAY_MS })
      sessions = store.sessions
    })
    afterEach(async () => {
      await store.close()
      await backend.clear()
    })

    it('finds a session by its token alone', async () => {
      const token = hash()
      const session = await sessions.claim(name('Bob'), token)
      expect(session?.name).to.deep.equal({ text: 'Bob', folded: 'bob' })
      expect(await sessions.find(token)).to.deep.equal(session)
      expect(await sessions.find(hash())).to.equal(undefined)
      expect(await sessions.find(token.subarray(0, 31))).to.equal(undefined)
    })

    it('gives a name to one of many who ask for it at once', async () => {
      const taken = await Promise.all(['bob', 'BOB', 'Ｂob', 'bob '].map((text) => sessions.claim(name(text), hash())))
      expect(taken.filter(Boolean)).to.have.length(1)
      expect(await sessions.isHeld('bob')).to.equal(true)
      expect(await sessions.isHeld('alice')).to.equal(false)
    })

    it('frees a name that was given up', async () => {
      const token = hash()
      const session = await sessions.claim(name('bob'), token)
      await sessions.end(session!)
      expect(await sessions.find(token)).to.equal(undefined)
      expect(await sessions.isHeld('bob')).to.equal(false)
      expect(await sessions.claim(name('bob'), hash())).not.to.equal(undefined)
    })

    it('lets a session that is used live on, and one that is not expire', async () => {
      const [used, unused] = [hash(), hash()]
      const session = await sessions.claim(name('used'), used)
      await sessions.claim(name('unused'), unused)
      await backend.pass(29 * DAY_MS)
      expect(await sessions.find(used)).to.deep.equal(session)
      // That it was used is written down after the answer.
      await nextTurn()
      await backend.pass(2 * DAY_MS)
      expect(await sessions.find(unused)).to.equal(undefined)
      expect(await sessions.isHeld('unused')).to.equal(false)
      expect(await sessions.claim(name('unused'), hash())).not.to.equal(undefined)
      await backend.pass(27 * DAY_MS)
      expect(await sessions.find(used)).to.deep.equal(session)
    })

    describe('when a session is renamed', () => {
      const token = hash()
      let changes: [before: Session, after: Session | undefined][]
      let bob: Session
      beforeEach(async () => {
        changes = []
        bob = (await sessions.claim(name('Bob'), token))!
        sessions.onChange((...change) => changes.push(change))
      })

      it('finds it under the new name, and frees the old one', async () => {
        const robert = await sessions.rename(bob, name('Robert'))
        expect(robert).to.deep.equal({ id: bob.id, name: name('Robert') })
        expect(await sessions.find(token)).to.deep.equal(robert)
        expect([await sessions.isHeld('bob'), await sessions.isHeld('robert')]).to.deep.equal([false, true])
        expect(await sessions.claim(name('bob'), hash())).not.to.equal(undefined)
        await until(() => changes.length > 0)
        expect(changes).to.deep.equal([[bob, robert]])
      })

      it('changes the letters of its own name', async () => {
        expect((await sessions.rename(bob, name('BOB')))?.name).to.deep.equal({ text: 'BOB', folded: 'bob' })
        expect(await sessions.isHeld('bob')).to.equal(true)
      })

      it('refuses the name of somebody else, and keeps its own', async () => {
        await sessions.claim(name('eve'), hash())
        expect(await sessions.rename(bob, name('EVE'))).to.equal(undefined)
        expect(await sessions.find(token)).to.deep.equal(bob)
      })

      it('takes over the name of a session that has expired', async () => {
        const eve = await sessions.claim(name('eve'), hash())
        await backend.pass(29 * DAY_MS)
        await sessions.find(token)
        await nextTurn()
        await backend.pass(2 * DAY_MS)
        expect(await sessions.rename(bob, name('eve'))).to.deep.equal({ id: bob.id, name: name('eve') })
        await until(() => changes.length === 2)
        expect(changes.map(([before]) => before.id)).to.deep.equal([eve!.id, bob.id])
      })

      it('refuses one that is over, and claims no name for it', async () => {
        await sessions.end(bob)
        expect(await sessions.rename(bob, name('robert'))).to.equal(undefined)
        expect(await sessions.rename(bob, name('bob'))).to.equal(undefined)
        expect([await sessions.isHeld('bob'), await sessions.isHeld('robert')]).to.deep.equal([false, false])
        await until(() => changes.length > 0)
        expect(changes).to.deep.equal([[bob, undefined]])
      })

      it('refuses one that has expired', async () => {
        await backend.pass(31 * DAY_MS)
        expect(await sessions.rename(bob, name('robert'))).to.equal(undefined)
        expect(await sessions.isHeld('robert')).to.equal(false)
      })

      it('says by which name it went, whatever the caller believes', async () => {
        const robert = await sessions.rename(bob, name('robert'))
        await sessions.rename(bob, name('rob'))
        await until(() => changes.length === 2)
        expect(changes[1]![0]).to.deep.equal(robert)
      })
    })

    it('drops the sessions that are over', async () => {
      const token = hash()
      await sessions.claim(name('bob'), token)
      const ended: string[] = []
      sessions.onChange((before, after) => ended.push(`${before.name.text} ${after?.name.text}`))
      await backend.pass(29 * DAY_MS)
      await store.sweep()
      expect(ended).to.deep.equal([])
      await backend.pass(2 * DAY_MS)
      await store.sweep()
      await until(() => ended.length > 0)
      expect(ended).to.deep.equal(['bob undefined'])
      expect(await sessions.find(token)).to.equal(undefined)
    })

    it('drops more sessions than one step does', async () => {
      const ended: string[] = []
      sessions.onChange((before) => ended.push(before.id))
      await Promise.all(Array.from({ length: 550 }, (_, n) => sessions.claim(name(`bob${n}`), hash())))
      await backend.pass(31 * DAY_MS)
      await store.sweep()
      await until(() => ended.length >= 550)
      expect(new Set(ended).size).to.equal(550)
    })

    if (backend.keeps) {
      it('signs nobody out when it is opened again', async () => {
        const token = hash()
        const session = await sessions.claim(name('bob'), token)
        await store.close()
        store = await backend.open()
        expect(await store.sessions.find(token)).to.deep.equal(session)
      })
    }
  })
}
