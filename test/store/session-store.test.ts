import { expect } from 'chai'
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
    const now = Date.now()
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
      const session = await sessions.claim(name('Bob'), token, now)
      expect(session?.name).to.deep.equal({ text: 'Bob', folded: 'bob' })
      expect(await sessions.find(token, now)).to.deep.equal(session)
      expect(await sessions.find(hash(), now)).to.equal(undefined)
      expect(await sessions.find(token.subarray(0, 31), now)).to.equal(undefined)
    })

    it('gives a name to one of many who ask for it at once', async () => {
      const taken = await Promise.all(
        ['bob', 'BOB', 'Ｂob', 'bob '].map((text) => sessions.claim(name(text), hash(), now)),
      )
      expect(taken.filter(Boolean)).to.have.length(1)
      expect(await sessions.isHeld('bob', now)).to.equal(true)
      expect(await sessions.isHeld('alice', now)).to.equal(false)
    })

    it('frees a name that was given up', async () => {
      const token = hash()
      const session = await sessions.claim(name('bob'), token, now)
      await sessions.end(session!)
      expect(await sessions.find(token, now)).to.equal(undefined)
      expect(await sessions.isHeld('bob', now)).to.equal(false)
      expect(await sessions.claim(name('bob'), hash(), now)).not.to.equal(undefined)
    })

    it('lets a session that is used live on, and one that is not expire', async () => {
      const [used, unused] = [hash(), hash()]
      const session = await sessions.claim(name('used'), used, now)
      await sessions.claim(name('unused'), unused, now)
      expect(await sessions.find(used, now + 29 * DAY_MS)).to.deep.equal(session)
      expect(await sessions.find(used, now + 58 * DAY_MS)).to.deep.equal(session)
      expect(await sessions.find(unused, now + 31 * DAY_MS)).to.equal(undefined)
      expect(await sessions.isHeld('unused', now + 31 * DAY_MS)).to.equal(false)
      expect(await sessions.claim(name('unused'), hash(), now + 31 * DAY_MS)).not.to.equal(undefined)
    })

    describe('when a session is renamed', () => {
      const token = hash()
      let changes: [before: Session, after: Session | undefined][]
      let bob: Session
      beforeEach(async () => {
        changes = []
        bob = (await sessions.claim(name('Bob'), token, now))!
        sessions.onChange((...change) => changes.push(change))
      })

      it('finds it under the new name, and frees the old one', async () => {
        const robert = await sessions.rename(bob, name('Robert'), now)
        expect(robert).to.deep.equal({ id: bob.id, name: name('Robert') })
        expect(await sessions.find(token, now)).to.deep.equal(robert)
        expect([await sessions.isHeld('bob', now), await sessions.isHeld('robert', now)]).to.deep.equal([false, true])
        expect(await sessions.claim(name('bob'), hash(), now)).not.to.equal(undefined)
        await until(() => changes.length > 0)
        expect(changes).to.deep.equal([[bob, robert]])
      })

      it('changes the letters of its own name', async () => {
        expect((await sessions.rename(bob, name('BOB'), now))?.name).to.deep.equal({ text: 'BOB', folded: 'bob' })
        expect(await sessions.isHeld('bob', now)).to.equal(true)
      })

      it('refuses the name of somebody else, and keeps its own', async () => {
        await sessions.claim(name('eve'), hash(), now)
        expect(await sessions.rename(bob, name('EVE'), now)).to.equal(undefined)
        expect(await sessions.find(token, now)).to.deep.equal(bob)
      })

      it('takes over the name of a session that has expired', async () => {
        const eve = await sessions.claim(name('eve'), hash(), now - 31 * DAY_MS)
        expect(await sessions.rename(bob, name('eve'), now)).to.deep.equal({ id: bob.id, name: name('eve') })
        await until(() => changes.length === 2)
        expect(changes.map(([before]) => before.id)).to.deep.equal([eve!.id, bob.id])
      })

      it('refuses one that is over, and claims no name for it', async () => {
        await sessions.end(bob)
        expect(await sessions.rename(bob, name('robert'), now)).to.equal(undefined)
        expect(await sessions.rename(bob, name('bob'), now)).to.equal(undefined)
        expect([await sessions.isHeld('bob', now), await sessions.isHeld('robert', now)]).to.deep.equal([false, false])
        await until(() => changes.length > 0)
        expect(changes).to.deep.equal([[bob, undefined]])
      })

      it('refuses one that has expired', async () => {
        const later = now + 31 * DAY_MS
        expect(await sessions.rename(bob, name('robert'), later)).to.equal(undefined)
        expect(await sessions.isHeld('robert', later)).to.equal(false)
      })

      it('says by which name it went, whatever the caller believes', async () => {
        const robert = await sessions.rename(bob, name('robert'), now)
        await sessions.rename(bob, name('rob'), now)
        await until(() => changes.length === 2)
        expect(changes[1]![0]).to.deep.equal(robert)
      })
    })

    it('drops the sessions that are over', async () => {
      const token = hash()
      await sessions.claim(name('bob'), token, now)
      await store.sweep(now + 29 * DAY_MS)
      expect(await sessions.find(token, now)).not.to.equal(undefined)
      await store.sweep(now + 31 * DAY_MS)
      expect(await sessions.find(token, now)).to.equal(undefined)
    })

    if (backend.keeps) {
      it('signs nobody out when it is opened again', async () => {
        const token = hash()
        const session = await sessions.claim(name('bob'), token, now)
        await store.close()
        store = await backend.open()
        expect(await store.sessions.find(token, now)).to.deep.equal(session)
      })
    }
  })
}
