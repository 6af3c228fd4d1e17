import { expect } from 'chai'
import { hasRedis } from '../../support/redis/redis-server.ts'
import { seedOf } from '../../support/seed.ts'
import { report } from '../checks/report.ts'
import { runNodeFaults } from './run.ts'

/** `npm run faults -- --nodes 3` is the longest. FAULTS_SEED repeats a run. */
const SHORT = { nodes: 3, kills: 3, cuts: 15, writers: 4, readers: 20, bursts: 0, seconds: 300 }
const LONG = { ...SHORT, kills: 8, cuts: 40 }

;(hasRedis ? describe : describe.skip)('nothing said on many nodes is lost, doubled or reordered', () => {
  it('whatever happens to the nodes, to Redis and to what is between', async function () {
    this.timeout(600_000)
    const seed = seedOf('FAULTS_SEED')
    const outcome = await runNodeFaults({ seed, ...(process.env.TEST_LONG ? LONG : SHORT) })
    expect(outcome.findings, report(outcome)).to.deep.equal([])
    expect(outcome.complaints, 'what the nodes wrote to stderr').to.equal('')
    expect(outcome.counts['entries delivered']).to.be.above(500)
  })
})
