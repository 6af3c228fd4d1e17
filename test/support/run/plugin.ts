import { expect } from 'chai'
import type { Context, RootHookObject, Suite } from 'mocha'
import { delimiter } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { noteOrigins, openedAt } from './handle-origins.ts'
import { takeMissing } from './missing.ts'
import { beyond, leftOpen, openHandles, sum, type Handles } from './open-handles.ts'
import { DIRECTORIES, requireProgram } from './programs.ts'
import { closeShared, sharedHandles } from './shared.ts'

/** Milliseconds after the last test in which the process has to end by itself. */
const MOST_END_MS = Number(process.env.TEST_HANDLES_MS ?? 10_000)

// What tests start finds other programs, also where PATH is short.
process.env.PATH = DIRECTORIES.join(delimiter)

if (process.env.TEST_HANDLES) noteOrigins()

const isWorker = process.env.MOCHA_WORKER_ID !== undefined
// What is shared is closed when the process exits, which a signal alone does not cause.
if (isWorker) process.once('SIGTERM', () => process.exit(143))

let before: Handles

/** Fails each outermost suite that leaves a handle open. */
export const mochaHooks: RootHookObject = {
  async beforeAll(this: Context) {
    if (/^(redis|cluster)$/.test(process.env.TEST_STORE ?? '')) requireProgram(this, 'redis-server')
    // The timer of mocha for a hook that is not over at once is one of these.
    await turn()
    before = openHandles()
    // Added when the hooks of the suite itself are known, so that it runs after them.
    for (const suite of (this.test!.parent as Suite).suites) suite.afterAll('leaves no handle open', checkHandles)
  },

  async afterAll() {
    // A worker runs other files too, which share the same.
    if (!isWorker) await closeShared()
  },
}

/** Says once what was missing, and fails a process that does not end. */
export function mochaGlobalTeardown(): void {
  const missing = takeMissing()
  if (missing.length > 0) console.log(`  skipped what needs: ${missing.join(', ')}\n`)
  const watchdog = () => {
    console.error(
      `the tests are over, and these handles are open: ${process.getActiveResourcesInfo().join(', ')}${openedAt()}`,
    )
    // mocha sets the code when the process exits.
    process.once('exit', () => (process.exitCode = 1))
    process.exit()
  }
  setTimeout(watchdog, MOST_END_MS).unref()
}

async function checkHandles(): Promise<void> {
  const left = await leftOpen(() => sum(before, sharedHandles()))
  // The suites that follow are not to blame.
  if (left !== '') before = beyond(openHandles(), sharedHandles())
  const hint = process.env.TEST_HANDLES ? openedAt() : ' (TEST_HANDLES=1 says where they were opened)'
  expect(left, `handles that the suite has left open${hint}`).to.equal('')
}
