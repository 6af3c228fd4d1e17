import { readOptions } from './options.ts'
import { faultsOf, report } from './report.ts'
import { runSoak } from './run.ts'

const options = readOptions(process.argv.slice(2))
const { seed, minutes, restarts } = options
console.log(`soak with --seed ${seed}: ${minutes} minutes, ${restarts} restarts`)
// Leaves no process behind.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const outcome = await runSoak(options)
console.log(report(outcome))
const isGood = faultsOf(outcome).length === 0
console.log(`${isGood ? 'nothing' : 'SOMETHING'} went wrong`)
process.exit(isGood ? 0 : 1)
