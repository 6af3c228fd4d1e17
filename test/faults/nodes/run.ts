import { Asker } from '../writers/asking.ts'
import { castReaders } from '../cast.ts'
import type { FaultOptions } from '../options.ts'
import { Play, type Stage } from '../play.ts'
import { Proxy } from '../network/proxy.ts'
import { Random } from '../random.ts'
import type { Outcome } from '../checks/report.ts'
import { checkDeparture } from './departure.ts'
import { Fleet } from './fleet.ts'
import { runFleetChaos } from './fleet-chaos.ts'
import { Rivals } from './rivals.ts'

/** One run over several nodes on a Redis of their own, of which nothing is left in the end. */
export async function runNodeFaults(options: FaultOptions): Promise<Outcome> {
  const random = new Random(options.seed)
  const fleet = await Fleet.start(options.nodes)
  const choice = random.fork()
  const proxy = new Proxy(random.fork(), () => fleet.choosePort(choice))
  const url = await proxy.listen()
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(options.seconds * 1000)])
  const readers = castReaders(options.readers, url, random.fork())
  const asker = new Asker(url, random.fork(), signal)
  const rivals = new Rivals(url, random.fork())
  const contest = rivals.run()
  try {
    const chaos: Stage['chaos'] = (plan) => runFleetChaos(fleet, proxy, random.fork(), plan)
    const stage = { options, random, server: fleet, proxy, readers, asker, signal, chaos }
    const outcome = await new Play(stage).run(() => ending.abort())
    rivals.end()
    await contest
    const departure = await checkDeparture(fleet)
    return {
      ...outcome,
      counts: {
        ...outcome.counts,
        'kills of Redis': fleet.redisKills,
        'nodes cut off': fleet.isolations,
        'names taken': rivals.taken,
        's to leave a node': Math.round(departure.seconds),
      },
      findings: [...outcome.findings, ...rivals.findings, ...departure.findings],
    }
  } finally {
    rivals.end()
    await Promise.all([contest, ...readers.map((reader) => reader.stop())])
    await asker.close()
    await proxy.close()
    await fleet.stop()
  }
}
