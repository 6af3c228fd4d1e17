import { setTimeout as delay } from 'node:timers/promises'
import type { Asker } from '../faults/writers/asking.ts'
import { burst } from '../faults/writers/burst.ts'
import { caughtUp } from '../faults/readers/caught-up.ts'
import { exportRooms } from '../faults/checks/export.ts'
import { Ledger } from '../faults/checks/ledger.ts'
import type { Random } from '../faults/random.ts'
import type { Reader } from '../faults/readers/reader.ts'
import type { ServerProcess } from '../faults/server-process.ts'
import { judge } from '../faults/checks/verdict.ts'
import { Writer } from '../faults/writers/writer.ts'
import type { AttackReport } from './attack.ts'
import { Attackers } from './attackers.ts'
import type { SoakOptions } from './options.ts'
import type { Probe } from './probe.ts'
import type { SoakOutcome } from './report.ts'
import { mostMemory, vitals, type Vitals } from './vitals.ts'

export interface Stage {
  options: SoakOptions
  random: Random
  server: ServerProcess
  readers: Reader[]
  probe: Probe
  asker: Asker
  /** Aborts when the soak takes too long. */
  signal: AbortSignal
}

/** The part of the time that is calm, before the attack. */
const CALM = 0.2
/** The part of the attack after which the server is left running, so that what it then loses is seen. */
const RESTARTED = 0.5
/** A writer's longest pause: all of them together keep to what one address may say. */
const MOST_PAUSE_MS = 800
/** What the server needs at the most to let go of all that is over: an idle room is closed after twenty seconds. */
const REST_MS = 60_000
const LOOK_MS = 500
const SLACK = 4 * 1024 * 1024

/** People who talk and listen, first in peace, then beside all kinds of attackers while the server is started anew. */
export class Campaign {
  readonly #stage: Stage
  readonly #ledger = new Ledger()
  readonly #writers: Writer[]
  readonly #exits: (number | null)[] = []
  readonly #calm: number[] = []
  readonly #attacked: number[] = []
  #top = 0
  #isOver = false

  constructor(stage: Stage) {
    const { options, asker, random } = stage
    this.#stage = stage
    this.#writers = Array.from(
      { length: options.writers },
      (_, index) => new Writer(index, asker, this.#ledger, random.fork(), MOST_PAUSE_MS),
    )
  }

  async run(): Promise<SoakOutcome> {
    const { options, server, readers, probe, signal } = this.#stage
    const seconds = options.minutes * 60
    const fresh = await vitals(server)
    for (const reader of readers) reader.start()
    probe.start()
    const writing = Promise.all(this.#writers.map((writer) => writer.run(() => this.#isOver)))
    // It is waited for later; what goes wrong before that ends the run, and it too.
    writing.catch(() => {})
    await burst(server.url, this.#ledger, 'burst', signal)

    probe.measure(this.#calm)
    await this.#pass(seconds * CALM)
    const start = await vitals(server)
    const attack = await this.#attack(seconds * (1 - CALM))
    this.#isOver = true
    await writing
    const { counts, findings } = await this.#judge()

    await Promise.all([...readers, probe].map((client) => client.stop()))
    await this.#stage.asker.close()
    const end = await this.#rest(fresh, start)
    await this.#drain()
    const { complaints } = server
    const measured = { calm: this.#calm, attacked: this.#attacked, top: this.#top, exits: this.#exits }
    return { counts, attack, findings, complaints, fresh, start, end, ...measured }
  }

  async #attack(seconds: number): Promise<AttackReport> {
    const { options, server, probe, random } = this.#stage
    const attackers = new Attackers({ url: server.url, seed: random.integer(0, 2 ** 31), strangers: options.strangers })
    try {
      probe.measure(this.#attacked)
      for (let restart = 0; restart < options.restarts; restart++) {
        await this.#pass((seconds * RESTARTED) / options.restarts)
        await this.#restart()
      }
      await this.#pass(seconds * (1 - RESTARTED))
      return await attackers.end()
    } finally {
      await attackers.stop()
    }
  }

  async #restart(): Promise<void> {
    const { server, probe } = this.#stage
    probe.measure(undefined)
    await this.#drain()
    server.spawn()
    await server.listening()
    probe.measure(this.#attacked)
  }

  async #drain(): Promise<void> {
    const { server } = this.#stage
    this.#top = Math.max(this.#top, mostMemory(server))
    this.#exits.push(await server.drain())
  }

  async #pass(seconds: number): Promise<void> {
    await delay(seconds * 1000, undefined, { signal: this.#stage.signal })
  }

  /** What everybody has seen in the end is what was said, and one message more: whatever comes twice has come by then. */
  async #judge(): Promise<Pick<SoakOutcome, 'counts' | 'findings'>> {
    const { server, readers, signal } = this.#stage
    for (const reader of readers) reader.hurry?.()
    if (await caughtUp(server.url, readers, signal)) {
      await this.#writers[0]?.sayEverywhere()
      await caughtUp(server.url, readers, signal)
    }
    const logs = await exportRooms(server.url, signal)
    const histories = readers.map(({ history }) => history)
    const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0)
    const counts = {
      posts: this.#ledger.posts.length,
      'edits, deletions': this.#ledger.changes.length,
      readers: readers.length,
      reconnects: sum(histories.map(({ reconnects }) => reconnects)),
      'entries logged': sum([...logs.values()].map(({ length }) => length)),
      'entries delivered': sum(histories.map(({ seen }) => seen.length)),
    }
    return { counts, findings: judge(logs, this.#ledger, histories) }
  }

  /** Resolves with what the server holds once it has let go of what is over, or when it should have. */
  async #rest(fresh: Vitals, start: Vitals): Promise<Vitals> {
    const { server, signal } = this.#stage
    const deadline = performance.now() + REST_MS
    for (;;) {
      const now = await vitals(server)
      if ((now.files <= fresh.files && now.held <= start.held + SLACK) || performance.now() > deadline) return now
      await delay(LOOK_MS, undefined, { signal })
    }
  }
}
