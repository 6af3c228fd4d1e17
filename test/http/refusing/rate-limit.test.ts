import { expect } from 'chai'
import { Refusal } from '../../../src/chat/refusal.ts'
import { countedAs } from '../../../src/http/limits/address.ts'
import { RateLimit } from '../../../src/http/limits/rate-limit.ts'

describe('RateLimit', () => {
  /** Seconds to wait, 0 when it may be done at once. */
  const wait = (limit: RateLimit, who: string, now: number): number => {
    try {
      limit.spend(who, now)
      return 0
    } catch (refusal) {
      if (refusal instanceof Refusal && refusal.code === 'too_fast') return refusal.retryAfter!
      throw refusal
    }
  }

  it('lets so much pass at once, and then as much as comes back with the time', () => {
    const limit = new RateLimit({ count: 3, seconds: 60 })
    expect([0, 0, 0, 0, 19_999].map((now) => wait(limit, 'bob', now))).to.deep.equal([0, 0, 0, 20, 1])
    expect([20_000, 20_001, 60_000, 60_000].map((now) => wait(limit, 'bob', now))).to.deep.equal([0, 20, 0, 0])
    expect(wait(limit, 'bob', 60_000)).to.equal(20)
  })

  it('holds nothing against who waits as long as it says', () => {
    for (const rate of [
      { count: 7, seconds: 1 },
      { count: 300, seconds: 60 },
      { count: 1, seconds: 3600 },
    ]) {
      const limit = new RateLimit(rate)
      let now = 123_456.789
      let passed = 0
      for (let asked = 0; asked < 10 * rate.count; asked++) {
        const seconds = wait(limit, 'bob', now)
        if (seconds === 0) passed++
        else expect(wait(limit, 'bob', (now += seconds * 1000))).to.equal(0)
      }
      expect(passed).to.be.at.least(rate.count)
    }
  })

  it('counts each by itself', () => {
    const limit = new RateLimit({ count: 1, seconds: 1 })
    expect([wait(limit, 'bob', 0), wait(limit, 'ann', 0), wait(limit, 'bob', 0)]).to.deep.equal([0, 0, 1])
  })

  it('remembers no more than so many, those who were here last', () => {
    const limit = new RateLimit({ count: 1, seconds: 10 }, 100)
    for (let number = 0; number < 1000; number++) limit.spend(`early ${number}`, 0)
    expect(limit.size).to.equal(100)
    expect(wait(limit, 'early 900', 1)).to.equal(10)
    expect(wait(limit, 'early 899', 1)).to.equal(0)
    expect(limit.size).to.equal(100)
  })

  it('counts a /64 of IPv6 as one address, and IPv4 within IPv6 as IPv4', () => {
    expect(countedAs('2001:db8::1')).to.equal(countedAs('2001:db8:0:0:ffff::2'))
    expect(countedAs('2001:db8::1')).not.to.equal(countedAs('2001:db8:0:1::1'))
    expect(countedAs('::ffff:192.0.2.1')).to.equal('192.0.2.1')
    expect(countedAs('')).to.equal('')
  })
})
