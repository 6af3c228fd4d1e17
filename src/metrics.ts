import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from './chat/refusal.ts'
import type { Rooms } from './chat/room/rooms.ts'
import type { Observer } from './chat/room/observer.ts'
import type { Resumption } from './chat/room/resumption.ts'
import type { EventStream, Hub } from './sse/index.ts'

/** Histogram buckets in seconds: from a commit on a fast disk to a delay that users report as broken. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/**
 * Prometheus metrics for operators. Gauges are computed when they are scraped; counters and histograms as events
 * happen.
 */
export class Metrics implements Observer {
  readonly #registry = new Registry()
  readonly #durable = this.#latency('teahouse_post_durable_seconds', 'From a POST until its message is on disk')
  readonly #delivered = this.#latency(
    'teahouse_post_delivered_seconds',
    'From a POST until its message is written to every live stream of a channel',
  )
  readonly #resumes = new Counter({
    name: 'teahouse_resumes_total',
    help: 'Streams that were opened, by whether they resumed from their cursor',
    labelNames: ['verdict'],
    registers: [this.#registry],
  })
  readonly #refusals = new Counter({
    name: 'teahouse_refusals_total',
    help: 'Refused requests, by error code',
    labelNames: ['code'],
    registers: [this.#registry],
  })
  readonly #streams = this.#gauge('teahouse_streams', 'Open streams; those behind catch up from the log', ['state'])
  readonly #lag = this.#gauge('teahouse_stream_lag_entries_max', 'Entries by which the slowest stream is behind')
  readonly #held = this.#gauge('teahouse_stream_held_bytes', 'Bytes that streams buffer until their clients read them')
  readonly #replay = this.#gauge('teahouse_replay_bytes', 'Bytes of entries kept in memory to be sent again')
  readonly #rooms = this.#gauge('teahouse_rooms', 'Open rooms')
  #unreported = new Map<RefusalCode, number>()

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
    this.#unreported.set(code, (this.#unreported.get(code) ?? 0) + 1)
  }

  /** Refusals since the last call, counted by code; undefined without any. */
  flushRefusals(): Record<string, number> | undefined {
    if (this.#unreported.size === 0) return undefined
    const counts = Object.fromEntries(this.#unreported)
    this.#unreported = new Map()
    return counts
  }

  /** Adds metrics of the process: memory, CPU time, event loop delay. Call it only once in a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** All metrics as of now, in Prometheus's text format. */
  async text(hub: Hub, rooms: Rooms): Promise<string> {
    let [live, behind, lag, held] = [0, 0, 0, 0]
    const seen = new Set<EventStream>()
    for (const { places, head } of hub) {
      for (const { stream, state, cursor } of places) {
        if (state === 'live') live++
        else behind++
        lag = Math.max(lag, head - cursor)
        // A stream has a place in each of its channels.
        if (!seen.has(stream)) held += stream.heldBytes
        seen.add(stream)
      }
    }
    this.#streams.set({ state: 'live' }, live)
    this.#streams.set({ state: 'behind' }, behind)
    this.#lag.set(lag)
    this.#held.set(held)
    this.#replay.set(hub.replayBytes)
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
