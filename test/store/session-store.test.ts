import { expect } from 'chai'
import { parseName, type Name } from '../../src/chat/names/name.ts'
import { hashToken, newToken, type SessionStore } from '../../src/chat/names/session.ts'
import type { Store } from '../../src/chat/store.ts'
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
      const session = await sessions.take(name('Bob'), token, now)
      expect(session?.name).to.deep.equal({ text: 'Bob', folded: 'bob' })
      expect(await sessions.find(token, now)).to.deep.equal(session)
      expect(await sessions.find(hash(), now)).to.equal(undefined)
      expect(await sessions.find(token.subarray(0, 31), now)).to.equal(undefined)
    })

    it('gives a name to one of many who ask for it at once', async () => {
      const taken = await Promise.all(
        ['bob', 'BOB', 'Ｂob', 'bob '].map((text) => sessions.take(name(text), hash(), now)),
      )
      expect(taken.filter(Boolean)).to.have.length(1)
      expect(await sessions.isHeld('bob', now)).to.equal(true)
      expect(await sessions.isHeld('alice', now)).to.equal(false)
    })

    it('frees a name that was given up', async () => {
      const token = hash()
      const session = await sessions.take(name('bob'), token, now)
      await sessions.end(session!)
      expect(await sessions.find(token, now)).to.equal(undefined)
      expect(await sessions.isHeld('bob', now)).to.equal(false)
      expect(await sessions.take(name('bob'), hash(), now)).not.to.equal(undefined)
    })

    it('lets a session that is used live on, and one that is not expire', async () => {
      const [used, unused] = [hash(), hash()]
      const session = await sessions.take(name('used'), used, now)
      await sessions.take(name('unused'), unused, now)
      expect(await sessions.find(used, now + 29 * DAY_MS)).to.deep.equal(session)
      expect(await sessions.find(used, now + 58 * DAY_MS)).to.deep.equal(session)
      expect(await sessions.find(unused, now + 31 * DAY_MS)).to.equal(undefined)
      expect(await sessions.isHeld('unused', now + 31 * DAY_MS)).to.equal(false)
      expect(await sessions.take(name('unused'), hash(), now + 31 * DAY_MS)).not.to.equal(undefined)
    })

    it('drops the sessions that are over', async () => {
      const token = hash()
      await sessions.take(name('bob'), token, now)
      await store.sweep(now + 29 * DAY_MS)
      expect(await sessions.find(token, now)).not.to.equal(undefined)
      await store.sweep(now + 31 * DAY_MS)
      expect(await sessions.find(token, now)).to.equal(undefined)
    })

    if (backend.keeps) {
      it('signs nobody out when it is opened again', async () => {
        const token = hash()
        const session = await sessions.take(name('bob'), token, now)
        await store.close()
        store = await backend.open()
        expect(await store.sessions.find(token, now)).to.deep.equal(session)
      })
    }
  })
}
