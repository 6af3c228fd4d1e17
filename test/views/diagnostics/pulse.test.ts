import { expect } from 'chai'
import { Pulse, type Verdict } from '../../../views/diagnostics/pulse.ts'

const EXPECTED = { everyMs: 1000, enough: 3 }
/** The server's clock is an hour ahead of the browser's. */
const AHEAD_MS = 3_600_000

/** The verdict once the beats, each sent a second after the one before, have arrived at these times. */
function verdictOf(arrivals: number[], now = arrivals.at(-1)!): Verdict {
  const pulse = new Pulse(EXPECTED, 0)
  pulse.opened(0)
  for (const [index, at] of arrivals.entries()) pulse.arrived(at, AHEAD_MS + index * 1000)
  return pulse.verdict(now)
}

describe('Pulse', () => {
  it('is well once enough has come evenly, whatever the clocks say', () => {
    expect(verdictOf([50, 1080])).to.deep.equal({ is: 'listening' })
    expect(verdictOf([50, 1080, 2040])).to.deep.equal({ is: 'well' })
  })

  it('tells bursts, and for how long they were held back', () => {
    expect(verdictOf([4000, 4001, 4002, 4003, 8000, 8001])).to.deep.equal({ is: 'bursts', heldMs: 4000 - 1003 })
  })

  it('tells what is only late from bursts', () => {
    expect(verdictOf([50, 2000, 2900, 3050])).to.deep.equal({ is: 'uneven', heldMs: 950 })
    expect(verdictOf([50, 3000, 4000, 5000])).to.deep.equal({ is: 'uneven', heldMs: 1950 })
  })

  it('forgets bursts that are long over', () => {
    const even = Array.from({ length: 25 }, (_, index) => 4000 + index * 1000)
    expect(verdictOf([4000, 4001, 4002, 4003, ...even.map((at) => at + 50)])).to.deep.equal({ is: 'well' })
  })

  it('tells a stream that has opened and says nothing', () => {
    expect(verdictOf([50, 1050, 2050], 6051)).to.deep.equal({ is: 'silent', forMs: 4001 })
    const pulse = new Pulse(EXPECTED, 0)
    pulse.opened(100)
    expect(pulse.verdict(4000)).to.deep.equal({ is: 'listening' })
    expect(pulse.verdict(4101)).to.deep.equal({ is: 'silent', forMs: 4001 })
  })

  it('tells a stream that does not begin', () => {
    const pulse = new Pulse(EXPECTED, 0)
    expect(pulse.verdict(5000)).to.deep.equal({ is: 'connecting' })
    expect(pulse.verdict(5001)).to.deep.equal({ is: 'waiting' })
  })

  it('tells a stream that was lost from one that was refused', () => {
    const pulse = new Pulse(EXPECTED, 0)
    pulse.failed(10, false)
    expect(pulse.verdict(20)).to.deep.equal({ is: 'lost' })
    pulse.failed(30, true)
    expect(pulse.verdict(40)).to.deep.equal({ is: 'refused' })
  })

  it('tells a stream that is cut off again and again, for three minutes', () => {
    const pulse = new Pulse(EXPECTED, 0)
    for (const at of [0, 1000, 2000]) {
      pulse.opened(at)
      pulse.arrived(at + 100, at)
      if (at < 2000) pulse.failed(at + 500, false)
    }
    expect(pulse.verdict(2200)).to.deep.equal({ is: 'cut', times: 2 })
    for (let at = 3000; at <= 185_000; at += 1000) pulse.arrived(at, at)
    expect(pulse.verdict(185_000)).to.deep.equal({ is: 'well' })
  })

  it('measures anew after a restart', () => {
    const pulse = new Pulse(EXPECTED, 0)
    pulse.opened(0)
    for (const sentAt of [0, 1000, 2000, 3000]) pulse.arrived(60_000, sentAt)
    pulse.restart(60_100)
    expect(pulse.verdict(60_200)).to.deep.equal({ is: 'listening' })
    expect(pulse.lastAt).to.equal(60_000)
  })
})
