import { expect } from 'chai'
import { skipWithout } from '../support/run/missing.ts'
import { seedOf } from '../support/seed.ts'
import { faultsOf, report } from './report.ts'
import { runSoak } from './run.ts'

/** `npm run soak` is the long one. SOAK_SEED repeats a run. */
const SHORT = { minutes: 0.12, writers: 4, readers: 20, strangers: 500, restarts: 1 }
/** So that even a short run sees the limits of time met. */
const HURRIED = ['--header-seconds', '1', '--request-seconds', '2', '--drain-seconds', '2']

describe('a server under attack', () => {
  it('serves those who mean well, and keeps nothing of those who do not', async function () {
    this.timeout(300_000)
    if (process.platform !== 'linux') {
      // The many addresses of loopback, and /proc.
      skipWithout(this, 'Linux')
    }
    const seed = seedOf('SOAK_SEED')
    const outcome = await runSoak({ seed, ...SHORT, server: HURRIED })
    expect(faultsOf(outcome), report(outcome)).to.deep.equal([])
    const { connections } = outcome.attack
    expect(Object.values(connections).reduce((sum, count) => sum + count)).to.be.above(100)
    expect(outcome.exits).to.deep.equal([0, 0])
  })
})
