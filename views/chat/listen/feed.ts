import type { Answer } from '../api.ts'
import { epochOf, numberOf, type Entry, type History, type Missed } from '../protocol.ts'

export interface FeedOptions {
  /** The id of the last entry that the page already has. */
  cursor: string
  missed: (cursor: string) => Promise<Answer<Missed>>
  history: () => Promise<Answer<History>>
  onEntry: (entry: Entry) => void
  /** Called with newly loaded history when the missed entries are no longer available. */
  onReset: (history: History) => void
  /** Resolves when a failed request may be sent again. */
  pause: () => Promise<void>
}

/**
 * Passes on each entry after the cursor once and in order, even if entries arrive twice, late or not at all. Entries
 * are numbered without holes, so the feed notices a missing one and requests it.
 */
export class Feed {
  #cursor: string
  readonly #options: FeedOptions
  readonly #early = new Map<number, Entry>()
  /** The highest number that is known to be in the log. */
  #head = 0
  #catchingUp = false

  constructor(options: FeedOptions) {
    this.#options = options
    this.#cursor = options.cursor
  }

  /** The id of the last entry that was passed on. */
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

  /** The newest entry of the log is `head`, as the server or another tab reports: requests what is missing up to it. */
  hear(head: string): void {
    const number = numberOf(head)
    if (epochOf(head) !== epochOf(this.#cursor) || number < numberOf(this.#cursor)) return void this.reset()
    this.#head = Math.max(this.#head, number)
    if (number > numberOf(this.#cursor)) void this.#catchUp()
  }

  /** Loads the history again. */
  reset(): Promise<void> {
    return this.#alone(() => this.#reload())
  }

  /** Requests missing entries until there are none. */
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
    // While the history loaded, `receive` dropped entries of the new epoch; request them.
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
