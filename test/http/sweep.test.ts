import { expect } from 'chai'
import { makeApp } from '../../src/app.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'

describe('the sweep', () => {
  it('is one at a time', async () => {
    const store = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 1000 })
    const ends: (() => void)[] = []
    const slow = { ...store, sweep: () => new Promise<void>((resolve) => ends.push(resolve)) }
    const app = makeApp(slow, { language: 'en', nameLifetimeMs: 1000, replayLimit: 10, onError: () => {} })
    const sweeps = [app.sweep(), app.sweep()]
    while (ends.length === 0) await new Promise(setImmediate)
    sweeps.push(app.sweep())
    ends[0]!()
    await Promise.all(sweeps)
    expect(ends).to.have.length(1)
    const next = app.sweep()
    while (ends.length === 1) await new Promise(setImmediate)
    ends[1]!()
    await next
    await store.close()
  })
})
