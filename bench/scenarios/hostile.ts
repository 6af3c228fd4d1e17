import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { TEAHOUSE } from '../contestants.ts'
import { measureDelays } from '../hostile/delays.ts'
import { HOLDINGS, measureHolding } from '../hostile/holdings.ts'
import { fillTarget, startTarget } from '../hostile/target.ts'
import type { Setting } from '../scenario.ts'

const MB = 1024 ** 2

/** What one stranger can do to others with default limits: delay them by a single request, and have memory held. */
export async function hostile({ contestants, sizes, results, directory }: Setting): Promise<void> {
  if (!contestants.some(({ name }) => name === TEAHOUSE)) return
  const data = mkdtempSync(join(directory, 'hostile-'))
  await fillTarget(data, sizes.many)
  const target = await startTarget(data, sizes.many)
  const delays = await measureDelays(target, sizes.rounds)
  await target.stop()
  for (const [name, ms] of delays) results.add(`delay, ${name}, ms`, TEAHOUSE, ms)
  results.add('hostile, longest delay, ms', TEAHOUSE, Math.max(...delays.values()))

  const held: number[] = []
  for (const holding of HOLDINGS) {
    // A server that has held something before has room for it.
    const fresh = await startTarget(data, sizes.many)
    const bytes = await measureHolding(fresh, holding)
    await fresh.stop()
    results.add(`held, ${holding.name}, MB`, TEAHOUSE, bytes / MB)
    held.push(bytes / MB)
  }
  results.add('hostile, most held, MB', TEAHOUSE, Math.max(...held))
}
