import type { Answer } from '../api.ts'
import { epochOf, numberOf, type Entry, type History, type Missed } from '../protocol.ts'

export interface FeedOptions {
  /** Where to go on from. */
  cursor: string
  missed: (cursor: string) => Promise<Answer<Missed>>
  history: () => Promise<Answer<History>>
  onEntry: (entry: Entry) => void
  /** What was missed cannot be had: this is the history anew. */
  onReset: (history: History) => void
  /** Resolves when it is time to ask again, after an answer that failed. */
  pause: () => Promise<void>
}

/**
 * Hands on every entry after the cursor once, in order, however they arrive. Entries are numbered without holes, so
 * a missing one is noticed, and asked for.
 */
export class Feed {
  #cursor: string
  readonly #options: FeedOptions
  readonly #early = new Map<number, Entry>()
  /** How far the log is known to go. */
  #head = 0
  #catchingUp = false

  constructor(options: FeedOptions) {
    this.#options = options
    this.#cursor = options.cursor
  }

  /** The id of the last entry handed on. */
  get cursor(): string {
    return this.#cursor
  }

  receive(entry: Entry): void {
    if (epochOf(entry.id) !== epochOf(this.#cursor)) return void this.reset()
    const number = numberOf(entry.id)
    if (number <= numberOf(this.#cursor)) return
    this.#early.set(number, entry)
    this.#head = Math.max(this.#head, number)
    this.#handOn()
    if (this.#early.size > 0) void this.#catchUp()
  }

  /** Somebody says that the log has come to `head`. */
  hear(head: string): void {
    const number = numberOf(head)
    if (epochOf(head) !== epochOf(this.#cursor) || number < numberOf(this.#cursor)) return void this.reset()
    this.#head = Math.max(this.#head, number)
    if (number > numberOf(this.#cursor)) void this.#catchUp()
  }

  /** Loads the history anew. */
  reset(): Promise<void> {
    return this.#alone(() => this.#reload())
  }

  /** Asks for what is missing, until nothing is. */
  async #catchUp(): Promise<void> {
    await this.#alone(async () => {
      while (numberOf(this.#cursor) < this.#head) {
        const answer = await this.#options.missed(this.#cursor)
        if (!answer.ok) {
          await this.#options.pause()
          continue
        }
        const { events, reset } = answer.value
        if (reset) return this.#reload()
        if (events.length === 0) return
        for (const entry of events) this.#early.set(numberOf(entry.id), entry)
        this.#handOn()
      }
    })
  }

  async #reload(): Promise<void> {
    let answer = await this.#options.history()
    while (!answer.ok) {
      await this.#options.pause()
      answer = await this.#options.history()
    }
    this.#cursor = answer.value.cursor
    this.#head = numberOf(this.#cursor)
    this.#options.onReset(answer.value)
    // What came of the new log meanwhile was taken for a reason to start anew.
    const since = await this.#options.missed(this.#cursor)
    if (since.ok) for (const entry of since.value.events) this.#early.set(numberOf(entry.id), entry)
    this.#handOn()
  }

  async #alone(task: () => Promise<void>): Promise<void> {
    if (this.#catchingUp) return
    this.#catchingUp = true
    await task()
    this.#catchingUp = false
  }

  #handOn(): void {
    for (const [number, { id }] of this.#early) {
      if (number <= numberOf(this.#cursor) || epochOf(id) !== epochOf(this.#cursor)) this.#early.delete(number)
    }
    for (;;) {
      const number = numberOf(this.#cursor) + 1
      const entry = this.#early.get(number)
      if (!entry) return
      this.#early.delete(number)
      this.#cursor = entry.id
      this.#options.onEntry(entry)
    }
  }
}
