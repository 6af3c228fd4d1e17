import { fileURLToPath } from 'node:url'
import type { FaultOptions } from './options.ts'
import type { Random } from './random.ts'

const ASKEW = fileURLToPath(new URL('askew.js', import.meta.url))
/** So that a short run sees many sweeps. */
const SWEEP_MS = 300
const HOUR_MS = 3_600_000

/** The options of a server whose rooms keep no more entries than the run says. */
export function retentionArgs({ keep }: FaultOptions): string[] {
  return keep === 0 ? [] : ['--keep-entries', String(keep)]
}

/** The environment of a server, which says anew at each start by how much its clock is off. */
export function circumstances({ keep, skew }: FaultOptions, random: Random): () => NodeJS.ProcessEnv {
  const own = random.fork()
  if (keep === 0 && skew === 0) return () => ({})
  return () => ({
    NODE_OPTIONS: `--import=${ASKEW}`,
    FAULTS_SKEW_MS: String(own.integer(-skew * HOUR_MS, skew * HOUR_MS)),
    ...(keep > 0 && { FAULTS_SWEEP_MS: String(SWEEP_MS) }),
  })
}
