import { setTimeout as delay } from 'node:timers/promises'
import { historyCursor } from './history-cursor.ts'
import type { Random } from '../random.ts'
import { emptyHistory, numberOf, type Reader, type ReaderHistory, type Reading } from './reader.ts'
import { StreamFeed } from './stream-feed.ts'

const MOST_PAUSE_MS = 200

/** A reader that keeps its cursor and reconnects by itself; what one connection is, each kind says. */
export abstract class ReadingLoop implements Reader {
  readonly history: ReaderHistory
  protected readonly reading: Reading
  protected readonly random: Random
  /** The id to go on after; `start`, or none to begin with what is said from now on. */
  protected cursor: string | undefined
  readonly #stopped = new AbortController()
  #loop: Promise<void> | undefined

  constructor(kind: string, reading: Reading, random: Random) {
    this.reading = reading
    this.random = random
    this.history = emptyHistory(kind, reading)
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#loop
  }

  protected get signal(): AbortSignal {
    return this.#stopped.signal
  }

  /** Reads until the connection ends. Rejections are the same as an end. */
  protected abstract connect(): Promise<void>

  /** Parses one connection, and keeps the cursor. */
  protected feed(): StreamFeed {
    return new StreamFeed(this.history, {
      onId: (id) => (this.cursor = id),
      onHead: (head) => (this.cursor ??= head),
    })
  }

  protected refused(status: number): void {
    this.history.refusals.push(`${this.history.name} got ${status}`)
  }

  async #run(): Promise<void> {
    const { url, room, beginning } = this.reading
    if (beginning === 'start') this.cursor = 'start'
    if (beginning === 'history') {
      this.cursor = await historyCursor(url, room, () => this.signal.aborted)
      this.history.base = numberOf(this.cursor)
    }
    while (!this.signal.aborted) {
      await this.connect().catch(() => {})
      if (this.signal.aborted) return
      this.history.reconnects++
      await delay(this.random.integer(0, MOST_PAUSE_MS))
    }
  }
}
