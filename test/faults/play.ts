import type { Asker } from './writers/asking.ts'
import { burst } from './writers/burst.ts'
import { caughtUp } from './readers/caught-up.ts'
import type { ChaosOptions } from './chaos.ts'
import { exportRooms } from './checks/export.ts'
import { Ledger } from './checks/ledger.ts'
import type { FaultOptions } from './options.ts'
import type { Proxy } from './network/proxy.ts'
import type { Random } from './random.ts'
import type { Reader } from './readers/reader.ts'
import type { Outcome } from './checks/report.ts'
import { judge } from './checks/verdict.ts'
import { Writer } from './writers/writer.ts'

/** What serves: one process, or several. */
export interface Serving {
  /** Where it can be asked directly. */
  url: string
  /** How often a process was ended without a warning. */
  kills: number
  /** What was written to stderr; nothing, when all is well. */
  complaints: string
}

export interface Stage {
  options: FaultOptions
  random: Random
  server: Serving
  proxy: Proxy
  /** Does what goes wrong; resolves when all of it has. */
  chaos: (options: ChaosOptions) => Promise<void>
  readers: Reader[]
  asker: Asker
  /** Aborts when the run takes too long, or is over. */
  signal: AbortSignal
}

/** Writers and readers, a bad network, a server that is killed; then calm, and what has come of it all. */
export class Play {
  readonly #stage: Stage
  readonly #ledger = new Ledger()
  /** In which of the server's lives each reader joins. */
  readonly #entrances: Map<Reader, number>
  readonly #bursts: Set<number>
  #isOver = false

  constructor(stage: Stage) {
    this.#stage = stage
    const { random, readers, options } = stage
    const lives = Math.floor(options.kills * 0.8)
    this.#entrances = new Map(
      readers.map((reader, index) => [reader, index % 2 === 0 ? 0 : random.integer(0, lives)] as const),
    )
    this.#bursts = new Set(Array.from({ length: options.bursts }, () => random.integer(1, Math.max(1, lives))))
  }

  /** Resolves with the outcome; calls `end` when it rejects, so that what is under way stops. */
  async run(end: () => void): Promise<Outcome> {
    const { options, random, proxy, asker, signal } = this.#stage
    const { kills, cuts, writers: count } = options
    const writers = Array.from({ length: count }, (_, i) => new Writer(i, asker, this.#ledger, random.fork()))
    const writing = Promise.all(writers.map((writer) => writer.run(() => this.#isOver)))
    const onLife = (life: number) => this.#begin(life)
    const chaos = this.#stage.chaos({ kills, cuts, signal, onLife })
    try {
      await Promise.race([chaos, writing.then(() => chaos)])
      this.#isOver = true
      proxy.calm()
      await writing
      await this.#calmDown(writers[0])
      return await this.#outcome()
    } catch (error) {
      end()
      await Promise.allSettled([chaos, writing])
      throw error
    }
  }

  async #begin(life: number): Promise<void> {
    for (const [reader, entrance] of this.#entrances) if (entrance === life) reader.start()
    if (!this.#bursts.has(life)) return
    const { server, proxy, signal } = this.#stage
    const release = proxy.standstill()
    await burst(server.url, this.#ledger, `b${life}`, signal)
    release()
  }

  /** Every reader gets what it has missed, and one message more: whatever comes twice has come before that. */
  async #calmDown(writer: Writer | undefined): Promise<void> {
    const { server, readers, signal } = this.#stage
    for (const reader of readers) reader.hurry?.()
    if (!(await caughtUp(server.url, readers, signal))) return
    await writer?.sayEverywhere()
    await caughtUp(server.url, readers, signal)
  }

  async #outcome(): Promise<Outcome> {
    const { server, proxy, readers, signal } = this.#stage
    const logs = await exportRooms(server.url, signal)
    const histories = readers.map(({ history }) => history)
    const { posts, changes, retries } = this.#ledger
    const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0)
    return {
      counts: {
        posts: posts.length,
        'edits, deletions': changes.length,
        retries,
        kills: server.kills,
        cuts: proxy.cuts,
        stalls: proxy.stalls,
        readers: readers.length,
        reconnects: sum(histories.map(({ reconnects }) => reconnects)),
        'entries logged': sum([...logs.values()].map(({ length }) => length)),
        'entries delivered': sum(histories.map(({ seen }) => seen.length)),
      },
      findings: judge(logs, this.#ledger, histories),
      complaints: server.complaints,
    }
  }
}
