import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseName } from '../../src/chat/names/name.ts'
import { hashToken, newToken, type Session } from '../../src/chat/names/session.ts'
import type { Store } from '../../src/chat/store.ts'
import { postForm, send } from '../support/http/client.ts'
import { fillOldRedis, makeOldFile, type OldSession } from '../support/old-store.ts'
import { hasRedis } from '../support/redis/redis-server.ts'
import { sharedServer } from '../support/redis/shared-redis.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'

interface OldStore {
  /** What a server needs to open it. */
  fill(sessions: OldSession[]): Promise<{ data: string } | { redis: string[] }>
  clear(): Promise<void>
}

const LAST_ID = 40

function oldFile(): OldStore {
  const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
  return {
    async fill(sessions) {
      makeOldFile(directory, sessions, LAST_ID)
      return { data: directory }
    },
    clear: async () => rmSync(directory, { recursive: true }),
  }
}

function oldRedis(): OldStore {
  return {
    async fill(sessions) {
      const server = await sharedServer()
      await fillOldRedis(server, sessions)
      return { redis: [server.url] }
    },
    clear: async () => void (await (await sharedServer()).send('FLUSHALL')),
  }
}

const STORES = { SQLite: oldFile, ...(hasRedis && { Redis: oldRedis }) }
const take = (store: Store, name: string) => store.sessions.claim(parseName(name)!, hashToken(newToken()))

for (const [what, make] of Object.entries(STORES)) {
  describe(`names held under 0.1.0, on ${what}`, () => {
    const tokens = new Map<string, string>()
    let old: OldStore
    let options: Awaited<ReturnType<OldStore['fill']>>
    let teahouse: Teahouse
    beforeEach(async () => {
      old = make()
      const names = ['ellen', 'eIIen', 'René', 'аlice', 'bob: hi', 'guest', 'Ann']
      options = await old.fill(
        names.map((name, index) => {
          tokens.set(name, newToken())
          const tokenHash = hashToken(tokens.get(name)!)
          return { id: 1 + index, name, folded: name.toLowerCase(), tokenHash, usedAt: Date.now() }
        }),
      )
      teahouse = await startTeahouse(options)
    })
    afterEach(async () => {
      await teahouse.stop()
      await old.clear()
    })

    const headers = (name: string) => ({ Authorization: `Bearer ${tokens.get(name)!}` })
    const find = (name: string) => teahouse.store.sessions.find(hashToken(tokens.get(name)!)) as Promise<Session>

    it('stay held', async () => {
      for (const name of tokens.keys()) expect((await find(name)).name.text).to.equal(name)
    })

    it('are given to nobody else, and neither is what looks like them', async () => {
      for (const name of ['ellen', 'eIIen', 'e11en', 'Rene\u0301', 'Rene\u034F\u0301', 'ANN', 'alice'])
        expect(await take(teahouse.store, name), name).to.equal(undefined)
    })

    it('are free when all who hold them have gone', async () => {
      await teahouse.store.sessions.end(await find('ellen'))
      expect(await take(teahouse.store, 'ellen')).to.equal(undefined)
      expect(await teahouse.store.sessions.isHeld('ellen')).to.equal(true)
      await teahouse.store.sessions.end(await find('eIIen'))
      expect(await teahouse.store.sessions.isHeld('ellen')).to.equal(false)
      expect(await take(teahouse.store, 'ellen')).not.to.equal(undefined)
    })

    it('are spoken under, told and given up, also where they could not be taken any more', async () => {
      for (const name of ['аlice', 'bob: hi', 'guest', 'eIIen']) {
        const said = await postForm(`${teahouse.url}/chat`, { name, message: 'hi' }, headers(name))
        expect([said.status, said.json.name], name).to.deep.equal([201, name])
        expect((await send(`${teahouse.url}/me`, { headers: headers(name) })).json.name).to.equal(name)
        const again = await postForm(`${teahouse.url}/addUser`, { name }, headers(name))
        expect([again.status, again.json.name], name).to.deep.equal([200, name])
        const gone = await send(`${teahouse.url}/me`, { method: 'DELETE', headers: headers(name) })
        expect(gone.status).to.equal(204)
      }
    })

    it('can be changed for another, but not for one that two hold', async () => {
      const rename = (from: string, name: string) => postForm(`${teahouse.url}/addUser`, { name }, headers(from))
      expect((await rename('Ann', 'ellen')).status).to.equal(409)
      expect((await rename('аlice', 'alicia')).json.name).to.equal('alicia')
      expect((await rename('eIIen', 'nelly')).status).to.equal(200)
      expect((await rename('Ann', 'ellen')).status).to.equal(409)
      expect((await rename('ellen', 'helen')).status).to.equal(200)
      expect((await rename('Ann', 'ellen')).status).to.equal(200)
    })

    it('are listed among those who are here', async () => {
      const listening = new AbortController()
      await fetch(`${teahouse.url}/chat?format=json`, { headers: headers('аlice'), signal: listening.signal })
      expect((await send(`${teahouse.url}/users`)).json.users).to.deep.equal(['аlice'])
      listening.abort()
    })

    it('are as they were when the store is opened again', async () => {
      await teahouse.stop()
      teahouse = await startTeahouse(options)
      for (const name of tokens.keys()) expect((await find(name)).name.text).to.equal(name)
      expect(await take(teahouse.store, 'e11en')).to.equal(undefined)
    })

    if (what === 'SQLite') {
      it('keep the ids of sessions that are over from being given again', async () => {
        const taken = await take(teahouse.store, 'new')
        expect(Number(taken!.id)).to.equal(LAST_ID + 1)
      })

      it('keep them also in a store that has no session left', async () => {
        const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
        makeOldFile(directory, [{ id: 1, name: 'x', folded: 'x', tokenHash: hashToken('x'), usedAt: 0 }], LAST_ID)
        const sql = new DatabaseSync(join(directory, 'teahouse.db'))
        sql.exec('DELETE FROM sessions')
        sql.close()
        const empty = await startTeahouse({ data: directory })
        expect((await take(empty.store, 'new'))!.id).to.equal(String(LAST_ID + 1))
        await empty.stop()
        rmSync(directory, { recursive: true })
      })
    } else {
      it('are given to one node alone when several start at once', async () => {
        const nodes = await Promise.all([1, 2, 3].map(() => startTeahouse(options)))
        for (const { store } of nodes) expect(await take(store, 'e11en')).to.equal(undefined)
        await teahouse.store.sessions.end(await find('ellen'))
        await teahouse.store.sessions.end(await find('eIIen'))
        const taken = await Promise.all(nodes.map(({ store }) => take(store, 'e11en')))
        expect(taken.filter(Boolean)).to.have.length(1)
        await Promise.all(nodes.map((node) => node.stop()))
      })
    }
  })
}
