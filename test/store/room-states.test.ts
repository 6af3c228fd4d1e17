import { expect } from 'chai'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'

/** More than are kept in memory. */
const ROOMS = 12_000

describe('very many rooms', () => {
  it('go on where they were, whether they are remembered or not', async function () {
    this.timeout(120_000)
    const store = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 1 })
    const sayEverywhere = (text: string) =>
      Promise.all(
        Array.from({ length: ROOMS }, (_, index) =>
          store.log.append(`room-${index}`, { event: 'message', name: null, text, guest: true, owner: null }),
        ),
      )
    await sayEverywhere('one')
    const second = await sayEverywhere('two')
    expect(second.every(({ entry }) => entry.number === 2)).to.equal(true)
    for (const room of ['room-0', `room-${ROOMS - 1}`])
      expect(await store.log.extent(room)).to.include({ first: 1, head: 2 })
    await store.close()
  })
})
