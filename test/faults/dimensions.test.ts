import { expect } from 'chai'
import { hasRedis } from '../support/redis/redis-server.ts'
import { seedOf } from '../support/seed.ts'
import { report } from './checks/report.ts'
import { runFlushes } from './nodes/flushes.ts'
import { runNodeFaults } from './nodes/run.ts'
import { NOTHING_MORE, type FaultOptions } from './options.ts'
import { runFaults } from './run.ts'

const ALONE = { ...NOTHING_MORE, nodes: 0, kills: 2, cuts: 10, writers: 4, readers: 20, bursts: 0, seconds: 200 }
const TOGETHER = { ...ALONE, nodes: 2 }

/** Each is one more thing that happens; `npm run faults -- --keep 60` and the like are the long runs. */
;(process.env.TEST_LONG ? describe : describe.skip)('nothing said is lost, doubled or reordered', () => {
  const holds = (what: string, run: typeof runFaults, options: Omit<FaultOptions, 'seed'>, happened: string) =>
    it(what, async function () {
      this.timeout(300_000)
      if (options.nodes > 0 && !hasRedis) this.skip()
      const outcome = await run({ seed: seedOf('FAULTS_SEED'), ...options })
      expect(outcome.findings, report(outcome)).to.deep.equal([])
      expect(outcome.complaints, 'what the servers wrote to stderr').to.equal('')
      expect(outcome.counts[happened]).to.be.above(0)
    })

  holds('where rooms keep their newest entries', runFaults, { ...ALONE, bursts: 1, keep: 60 }, 'entries delivered')
  holds('while rooms are exported', runFaults, { ...ALONE, exports: 3 }, 'exports, whole')
  holds('when the clock is wrong, otherwise at each start', runFaults, { ...ALONE, skew: 1000 }, 'entries delivered')
  holds(
    'when the password of Redis is changed and set back',
    runNodeFaults,
    { ...TOGETHER, rotations: 1 },
    'passwords changed',
  )
  holds('when slots move in a cluster of Redis', runNodeFaults, { ...TOGETHER, moves: 3 }, 'slots moved')
  holds('without word when Redis is emptied', runFlushes, { ...TOGETHER, readers: 4, flushes: 3 }, 'entries delivered')
})
