import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contestants } from './contestants.ts'
import { hasNchan } from './nchan.ts'
import { hasRedis } from './redis.ts'
import { readOptions } from './options.ts'
import { report, writeReport } from './report/report.ts'
import { Results } from './report/results.ts'
import type { Scenario } from './scenario.ts'
import { fanOut } from './scenarios/fan-out.ts'
import { history } from './scenarios/history.ts'
import { nodes } from './scenarios/nodes.ts'
import { redis } from './scenarios/redis.ts'
import { idle } from './scenarios/idle.ts'
import { posts } from './scenarios/posts.ts'
import { rooms } from './scenarios/rooms.ts'
import { stalled } from './scenarios/stalled.ts'
import { storm } from './scenarios/storm.ts'

/** `npm run bench [-- SCENARIO … --server NAME … --quick --rounds N --write]`: Teahouse beside its rivals, in one run. */
const SCENARIOS: Record<string, Scenario> = {
  'fan-out': fanOut,
  idle,
  stalled,
  storm,
  rooms,
  posts,
  history,
  nodes,
  redis,
}

const { scenarios, servers, sizes, write } = readOptions(process.argv.slice(2))
const unknown = scenarios.find((name) => !(name in SCENARIOS))
if (unknown !== undefined) throw new TypeError(`${unknown} is none of ${Object.keys(SCENARIOS).join(', ')}`)

const directory = mkdtempSync(join(tmpdir(), 'teahouse-bench-'))
const results = new Results()
try {
  if (!hasNchan) console.log('nchan: skipped, nginx with nchan is not installed')
  if (!hasRedis) console.log('Redis: skipped, redis-server is not installed')
  for (const [name, run] of Object.entries(SCENARIOS)) {
    if (scenarios.length > 0 && !scenarios.includes(name)) continue
    console.error(`${name} …`)
    await run({ contestants: contestants(servers), sizes, results, directory })
  }
  console.log(report(results))
  if (write) writeReport(results, sizes)
} finally {
  rmSync(directory, { recursive: true })
}
