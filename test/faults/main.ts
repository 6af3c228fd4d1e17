import { readOptions } from './options.ts'
import { isGood, report } from './report.ts'
import { runFaults } from './run.ts'

const options = readOptions(process.argv.slice(2))
const { seed, kills, cuts } = options
console.log(`faults with --seed ${seed}: ${kills} kills, ${cuts} cuts`)
// Leaves no server behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const begun = performance.now()
const outcome = await runFaults(options)
console.log(report(outcome))
console.log(
  `${isGood(outcome) ? 'nothing' : 'SOMETHING'} went wrong in ${Math.round((performance.now() - begun) / 1000)} s`,
)
process.exitCode = isGood(outcome) ? 0 : 1
