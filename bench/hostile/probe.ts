import { setTimeout as delay } from 'node:timers/promises'
import { ask, get, open } from '../load.ts'

const HEALTH = get('/healthz')
const EVERY_MS = 2
/** How long it goes on when the work is done, as what the work has begun may go on too. */
const AFTER_MS = 100

/** The most milliseconds that somebody else's request waits for its answer while `work` is done. */
export async function longestDelay(port: number, work: () => Promise<void>): Promise<number> {
  const socket = await open(port)
  // The first request of a connection takes longer.
  await ask(socket, HEALTH)
  const over = new AbortController()
  let longest = 0
  const probing = (async () => {
    while (!over.signal.aborted) {
      const asked = performance.now()
      await ask(socket, HEALTH)
      longest = Math.max(longest, performance.now() - asked)
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
