import { setTimeout as delay } from 'node:timers/promises'
import { longestDelay } from './probe.ts'
import { HOSTILE_REQUESTS } from './requests.ts'
import { dial, type Target } from './target.ts'

/** How long a client reads on: an answer may have no end, and a request may be left without one. */
const READING_MS = 1000
const QUIET_MS = 100
const WARMING_MS = 1000

/** Milliseconds that each hostile request delays others by, the worst of some rounds, by its name. */
export async function measureDelays(target: Target, rounds: number): Promise<Map<string, number>> {
  const worst = new Map<string, number>()
  await longestDelay(target, () => delay(WARMING_MS))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { name, bytes }] of HOSTILE_REQUESTS.entries()) {
      const sent = bytes(target, round)
      // Each comes from an address of its own, so that no earlier one has used its share up.
      const address = `127.0.${round + 1}.${index + 1}`
      const ms = await longestDelay(target, () => send(target.port, address, sent))
      worst.set(name, Math.max(worst.get(name) ?? 0, ms))
    }
  }
  return worst
}

/** Sends the bytes, and reads all that comes until nothing does. */
async function send(port: number, address: string, bytes: Buffer): Promise<void> {
  const socket = await dial(port, address)
  let heard = performance.now()
  socket.on('data', () => (heard = performance.now()))
  socket.write(bytes)
  const until = performance.now() + READING_MS
  // It counts from the first bytes that come: before that the server may be at work.
  while (performance.now() < until && !(socket.bytesRead > 0 && performance.now() - heard > QUIET_MS)) await delay(5)
  socket.destroy()
}
