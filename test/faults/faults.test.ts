import { expect } from 'chai'
import { seedOf } from '../support/seed.ts'
import { report } from './checks/report.ts'
import { runFaults } from './run.ts'

/** `npm run faults` is the longest. FAULTS_SEED repeats a run. */
const SHORT = { nodes: 0, kills: 2, cuts: 25, writers: 4, readers: 20, bursts: 1, seconds: 300 }
const LONG = { ...SHORT, kills: 4, cuts: 50 }

describe('nothing said is lost, doubled or reordered', () => {
  it('whatever happens to the connections and the server', async function () {
    this.timeout(600_000)
    const options = process.env.TEST_LONG ? LONG : SHORT
    const seed = seedOf('FAULTS_SEED')
    const outcome = await runFaults({ seed, ...options })
    expect(outcome.findings, report(outcome)).to.deep.equal([])
    expect(outcome.complaints, 'what the server wrote to stderr').to.equal('')
    const { kills, cuts } = options
    expect(outcome.counts).to.include({ kills, cuts })
    expect(outcome.counts['entries delivered']).to.be.above(500)
  })
})
