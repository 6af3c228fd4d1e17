import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Asker } from './writers/asking.ts'
import { castReaders } from './cast.ts'
import { freePort } from '../support/process/free-port.ts'
import type { FaultOptions } from './options.ts'
import { runChaos } from './chaos.ts'
import { Play, type Stage } from './play.ts'
import { Proxy } from './network/proxy.ts'
import { Random } from './random.ts'
import type { Outcome } from './checks/report.ts'
import { ServerProcess } from './server-process.ts'

/** One run on an empty directory, of which nothing is left in the end: no process, no file. */
export async function runFaults(options: FaultOptions): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'teahouse-faults-'))
  const port = await freePort()
  const random = new Random(options.seed)
  const server = new ServerProcess(['--data', directory], port)
  const proxy = new Proxy(random.fork(), () => port)
  const url = await proxy.listen()
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(options.seconds * 1000)])
  const readers = castReaders(options.readers, url, random.fork())
  const asker = new Asker(url, random.fork(), signal)
  try {
    server.spawn()
    await server.listening()
    const chaos: Stage['chaos'] = (options) => runChaos(server, proxy, random.fork(), options)
    return await new Play({ options, random, server, proxy, readers, asker, signal, chaos }).run(() => ending.abort())
  } finally {
    await Promise.all(readers.map((reader) => reader.stop()))
    await asker.close()
    await proxy.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
