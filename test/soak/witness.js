import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Loaded into the server before it starts: at SIGUSR2 it prints what the process holds once all garbage is collected. */
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

async function testify() {
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  // One of them is that of the directory itself.
  const files = readdirSync('/proc/self/fd').length - 1
  console.log(`witness ${JSON.stringify({ rss, held: heapUsed + external, files })}`)
}

process.on('SIGUSR2', () => void testify())
