import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Asker } from '../faults/writers/asking.ts'
import { castReaders } from '../faults/cast.ts'
import { freePort } from '../support/process/free-port.ts'
import { Random } from '../faults/random.ts'
import { ServerProcess } from '../faults/server-process.ts'
import { Campaign } from './campaign.ts'
import type { SoakOptions } from './options.ts'
import { Probe } from './probe.ts'
import type { SoakOutcome } from './report.ts'
import { WITNESSED } from './vitals.ts'

/** What it may take beside the time that it is to last. */
const SETTLE_MS = 300_000

/** One soak on an empty directory, of which nothing is left in the end: no process, no file. */
export async function runSoak(options: SoakOptions): Promise<SoakOutcome> {
  const directory = await mkdtemp(join(tmpdir(), 'teahouse-soak-'))
  const random = new Random(options.seed)
  const server = new ServerProcess(
    ['--data', directory],
    await freePort(),
    ['--replay-limit', '1000000', ...options.server],
    WITNESSED,
  )
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(options.minutes * 60_000 + SETTLE_MS)])
  const readers = castReaders(options.readers, server.url, random.fork())
  const asker = new Asker(server.url, random.fork(), signal)
  const probe = new Probe(server.url)
  try {
    server.spawn()
    await server.listening()
    return await new Campaign({ options, random, server, readers, probe, asker, signal }).run()
  } finally {
    ending.abort()
    await Promise.all([...readers, probe].map((client) => client.stop()))
    await asker.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
