import { expect } from 'chai'
import { postForm, postText, send, takeName, type Answer } from '../../support/http/client.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'

const draft = { event: 'message', name: 'bob', text: 'hi', guest: true, owner: null } as const

describe('a room whose name mixes scripts or has invisible characters', () => {
  let teahouse: Teahouse
  let bob: { Authorization: string }
  before(async () => {
    teahouse = await startTeahouse()
    bob = await takeName(teahouse.url, 'bob')
  })
  after(() => teahouse.stop())

  const STRANGE = ['lоbby', 'lobby\uFE0F']
  const at = (room: string, path: string) => `${teahouse.url}/rooms/${encodeURIComponent(room)}${path}`
  const code = ({ status, json }: Answer) => [status, json.code]

  for (const room of STRANGE) {
    it(`is not opened when it is new: ${JSON.stringify(room)}`, async () => {
      const refused = [404, 'not_found']
      expect(code(await postText(at(room, '/chat'), 'hi'))).to.deep.equal(refused)
      expect(code(await send(at(room, '/chat')))).to.deep.equal(refused)
      // Neither of these opens a room.
      expect((await send(at(room, '/typing'), { method: 'POST', headers: bob })).status).to.equal(204)
      expect((await postForm(`${teahouse.url}/addUser`, { name: `ann ${room.length}`, room })).status).to.equal(200)
      expect(await teahouse.store.log.extent(room)).to.include({ head: 0 })
      expect([...teahouse.rooms].map(({ name }) => name)).not.to.include(room)
    })

    it(`goes on as before when something was said in it: ${JSON.stringify(room)}`, async () => {
      const used = `${room}2`
      await teahouse.store.log.append(used, draft)
      expect((await postText(at(used, '/chat'), 'hi')).status).to.equal(201)
      expect((await send(at(used, '/messages'))).json.messages).to.have.length(2)
      const listening = new AbortController()
      expect((await fetch(at(used, '/chat'), { signal: listening.signal })).status).to.equal(200)
      listening.abort()
    })
  }
})
