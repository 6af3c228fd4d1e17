import { runFlushes } from './nodes/flushes.ts'
import { runNodeFaults } from './nodes/run.ts'
import { readOptions } from './options.ts'
import { isGood, report } from './checks/report.ts'
import { runFaults } from './run.ts'
import { FAULTS, FAULTS_OF_NODES } from './checks/verdict.ts'

const options = readOptions(process.argv.slice(2))
const { nodes, flushes } = options
console.log(
  `faults with ${Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}`,
)
// Leaves no server behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const begun = performance.now()
const outcome = await (nodes === 0 ? runFaults : flushes > 0 ? runFlushes : runNodeFaults)(options)
console.log(report(outcome, nodes === 0 ? FAULTS : FAULTS_OF_NODES))
console.log(
  `${isGood(outcome) ? 'nothing' : 'SOMETHING'} went wrong in ${Math.round((performance.now() - begun) / 1000)} s`,
)
process.exitCode = isGood(outcome) ? 0 : 1
