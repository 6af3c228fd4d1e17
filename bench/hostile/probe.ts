import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ask, get, open } from '../load.ts'

const HEALTH = get('/healthz')
const EVERY_MS = 2
/** How long it goes on when the work is done, as what the work has begun may go on too. */
const AFTER_MS = 100

/**
 * The most milliseconds that somebody else's request waits for its answer while `work` is done. Where other programs have
 * the CPU meanwhile that does not count, but all that the server itself works before it answers does.
 */
export async function longestDelay(
  { pid, port }: { pid: number; port: number },
  work: () => Promise<void>,
): Promise<number> {
  const socket = await open(port)
  // The first request of a connection takes longer.
  await ask(socket, HEALTH)
  const over = new AbortController()
  let longest = 0
  const probing = (async () => {
    while (!over.signal.aborted) {
      const [asked, before, beside] = [performance.now(), threadTimes(pid), threadTimes('self')]
      await ask(socket, HEALTH)
      const after = threadTimes(pid)
      const waited = after.waiting - before.waiting + threadTimes('self').waiting - beside.waiting
      longest = Math.max(longest, performance.now() - asked - waited, after.working - before.working)
      await delay(EVERY_MS)
    }
  })()
  await work()
  await delay(AFTER_MS)
  over.abort()
  await probing
  socket.destroy()
  return longest
}

/** Milliseconds that the main thread of a process has worked, and has waited for a CPU, since it began. */
function threadTimes(pid: number | 'self'): { working: number; waiting: number } {
  const [working, waiting] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')
  return { working: Number(working) / 1e6, waiting: Number(waiting) / 1e6 }
}
