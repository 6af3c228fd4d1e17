import { expect } from 'chai'
import { report } from './checks/report.ts'
import { runFaults } from './run.ts'

/** `npm run faults` is the long one. FAULTS_SEED repeats a run. */
const SHORT = { nodes: 0, kills: 4, cuts: 50, writers: 4, readers: 20, bursts: 1, seconds: 300 }

describe('nothing said is lost, doubled or reordered', () => {
  it('whatever happens to the connections and the server', async function () {
    this.timeout(600_000)
    const seed = Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 32))
    console.log(`      FAULTS_SEED=${seed}`)
    const outcome = await runFaults({ seed, ...SHORT })
    expect(outcome.findings, report(outcome)).to.deep.equal([])
    expect(outcome.complaints, 'what the server wrote to stderr').to.equal('')
    const { kills, cuts } = outcome.counts
    expect({ kills, cuts }).to.deep.equal({ kills: 4, cuts: 50 })
    expect(outcome.counts['entries delivered']).to.be.above(500)
  })
})
