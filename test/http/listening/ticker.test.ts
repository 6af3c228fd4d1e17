import { expect } from 'chai'
import { Ticker } from '../../../src/http/routes/ticker.ts'
import { comment, Hub } from '../../../src/sse/index.ts'
import { Ear } from '../../support/http/ear.ts'
import { range } from '../../support/process/log.ts'
import { until } from '../../support/until.ts'

describe('Ticker', () => {
  const { setInterval, clearInterval } = globalThis
  const EVERY_MS = 7
  const running = new Set<unknown>()

  beforeEach(() => {
    globalThis.setInterval = ((callback: () => void, ms: number) => {
      const timer = setInterval(callback, ms)
      if (ms === EVERY_MS) running.add(timer)
      return timer
    }) as typeof setInterval
    globalThis.clearInterval = (timer) => {
      running.delete(timer)
      clearInterval(timer)
    }
  })
  afterEach(() => Object.assign(globalThis, { setInterval, clearInterval }))

  it('has one timer for all its streams, and none when they have gone, however often they come and go', async () => {
    const hub = new Hub({ heartbeatMs: 15_000 })
    const ticker = new Ticker(hub, EVERY_MS, () => comment('tick'))
    expect(running.size).to.equal(0)
    for (let round = 0; round < 3; round++) {
      const ears = range(1, 50).map(() => new Ear())
      for (const { stream } of ears) ticker.join(stream, comment('opening'))
      expect(running.size).to.equal(1)
      await until(() => ears.every(({ text }) => text.split(': tick').length > 3))
      for (const { stream } of ears) stream.destroy()
      await until(() => running.size === 0)
    }
    hub.end(() => 0)
  })
})
