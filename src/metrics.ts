import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from './chat/refusal.ts'
import type { Rooms } from './chat/room/rooms.ts'
import type { Observer } from './chat/room/observer.ts'
import type { Resumption } from './chat/room/resumption.ts'
import type { Hub } from './sse/index.ts'

/** Seconds: from a commit on a fast disk to what somebody would call broken. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** What an operator may want to know, in the words of Prometheus. What can be read off is read when it is asked for. */
export class Metrics implements Observer {
  readonly #registry = new Registry()
  readonly #durable = this.#latency('teahouse_post_durable_seconds', 'From a POST to its message being on disk')
  readonly #delivered = this.#latency(
    'teahouse_post_delivered_seconds',
    'From a message being said to its being written to every live stream of a channel',
  )
  readonly #resumes = new Counter({
    name: 'teahouse_resumes_total',
    help: 'Streams that began, by what became of their cursor',
    labelNames: ['verdict'],
    registers: [this.#registry],
  })
  readonly #refusals = new Counter({
    name: 'teahouse_refusals_total',
    help: 'Requests that were refused, by code',
    labelNames: ['code'],
    registers: [this.#registry],
  })
  readonly #streams = this.#gauge('teahouse_streams', 'Open streams; those that are behind read the log', ['state'])
  readonly #lag = this.#gauge('teahouse_stream_lag_entries_max', 'Entries that the stream furthest behind has to come')
  readonly #held = this.#gauge('teahouse_stream_held_bytes', 'Bytes that wait in all streams for their readers')
  readonly #rooms = this.#gauge('teahouse_rooms', 'Rooms that are open')
  #untold = new Map<RefusalCode, number>()

  /** The content type of `text`. */
  get type(): string {
    return this.#registry.contentType
  }

  durable(ms: number): void {
    this.#durable.observe(ms / 1000)
  }

  delivered(ms: number): void {
    this.#delivered.observe(ms / 1000)
  }

  resumed(resume: Resumption['resume']): void {
    this.#resumes.inc({ verdict: resume })
  }

  refused(code: RefusalCode): void {
    this.#refusals.inc({ code })
    this.#untold.set(code, (this.#untold.get(code) ?? 0) + 1)
  }

  /** How often each thing was refused since this was last asked; undefined for not at all. */
  takeRefusals(): Record<string, number> | undefined {
    if (this.#untold.size === 0) return undefined
    const counts = Object.fromEntries(this.#untold)
    this.#untold = new Map()
    return counts
  }

  /** Counts what the process costs too: memory, time, the delay of the event loop. Once in a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Everything, as it is now. */
  async text(hub: Hub, rooms: Rooms): Promise<string> {
    let [live, behind, lag, held] = [0, 0, 0, 0]
    for (const { places, head } of hub) {
      for (const { stream, state, cursor } of places) {
        if (state === 'live') live++
        else behind++
        lag = Math.max(lag, head - cursor)
        held += stream.heldBytes
      }
    }
    this.#streams.set({ state: 'live' }, live)
    this.#streams.set({ state: 'behind' }, behind)
    this.#lag.set(lag)
    this.#held.set(held)
    this.#rooms.set(Array.from(rooms).length)
    return this.#registry.metrics()
  }

  #latency(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] })
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] })
  }
}
