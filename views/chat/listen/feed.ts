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
  /** What was missed could not be asked for; it will be, when something is received again. */
  onFailure: () => void
}

/**
 * Hands on every entry after the cursor once, in order, however they arrive. Entries are numbered without holes, so
 * a missing one is noticed, and asked for.
 */
export class Feed {
  #cursor: string
  readonly #options: FeedOptions
  readonly #early = new Map<number, Entry>()
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
    this.#handOn()
    if (this.#early.size > 0) void this.catchUp()
  }

  /** Somebody says that the log has come to `head`. */
  hear(head: string): void {
    if (epochOf(head) !== epochOf(this.#cursor) || numberOf(head) < numberOf(this.#cursor)) void this.reset()
    else if (numberOf(head) > numberOf(this.#cursor)) void this.catchUp()
  }

  /** Asks for what is missing, until nothing is. */
  async catchUp(): Promise<void> {
    await this.#alone(async () => {
      for (;;) {
        const answer = await this.#options.missed(this.#cursor)
        if (!answer.ok) return this.#options.onFailure()
        const { events, reset } = answer.value
        if (reset) return this.#reload()
        for (const entry of events) this.#early.set(numberOf(entry.id), entry)
        this.#handOn()
        if (events.length === 0 || this.#early.size === 0) return
      }
    })
  }

  /** Loads the history anew. */
  reset(): Promise<void> {
    return this.#alone(() => this.#reload())
  }

  async #reload(): Promise<void> {
    const answer = await this.#options.history()
    if (!answer.ok) return this.#options.onFailure()
    this.#cursor = answer.value.cursor
    this.#options.onReset(answer.value)
    this.#handOn()
  }

  async #alone(task: () => Promise<void>): Promise<void> {
    if (this.#catchingUp) return
    this.#catchingUp = true
    await task()
    this.#catchingUp = false
  }

  #handOn(): void {
    for (const number of this.#early.keys()) if (number <= numberOf(this.#cursor)) this.#early.delete(number)
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
