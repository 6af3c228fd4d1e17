import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from '../../../chat/log/entry.ts'
import type { Follower, Following, Page } from '../../../chat/log/room-log.ts'

/** How a room stands. */
export interface Inspection {
  epoch: string
  head: number
  /** When the head came; 0 when there is none. */
  headAt: number
  /** When the entry came that was asked about; undefined when it is not there. */
  at: number | undefined
}

export interface FeedOptions {
  /** The epoch that all its entries have. */
  epoch: string
  /** Makes an entry of its item. */
  parse: (item: string) => Entry
  read: (after: number, limit: number) => Promise<Page>
  inspect: (number: number) => Promise<Inspection>
  /** Called when entries that came here before are no longer what the log has. Resolves when there is another epoch. */
  onLoss: () => Promise<void>
  /** Called when entries that have not come here are no longer kept. */
  onGap: () => void
}

const PAGE = 500
const AGAIN_MS = 200

/**
 * A room as it is followed here: every entry after the head, in order, each once. What comes by the channel is only as
 * good as the connection; numbers that are missed are read from the log. Whoever makes one must call `resume` whenever
 * the channel is listened to again, and `end` when the epoch is another one or nothing can come any more.
 */
export class Feed {
  readonly epoch: string
  readonly #options: FeedOptions
  /** The followers, and what ends each of them. */
  readonly #followers = new Map<Follower, () => void>()
  #head = 0
  /** When the head came: after a loss its number may be that of another entry. */
  #headAt = 0
  /** The newest number heard of. */
  #heard = 0
  #isKnown = false
  #isEnded = false
  #catchingUp: Promise<void> | undefined
  #isInDoubt = false

  constructor(options: FeedOptions) {
    this.epoch = options.epoch
    this.#options = options
  }

  /** The number of the newest entry that has come here. */
  get head(): number {
    return this.#head
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Whether nobody follows it. */
  get isIdle(): boolean {
    return this.#followers.size === 0
  }

  /** Calls `follower` with every entry after the head, and `onStop` when it is to stop before the feed has ended. */
  follow(follower: Follower, onStop: () => void): Following {
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => (end = resolve))
    this.#followers.set(follower, end)
    const stop = () => {
      if (!this.#followers.delete(follower)) return
      end()
      onStop()
    }
    return { epoch: this.epoch, head: this.#head, ended, stop }
  }

  end(): void {
    this.#isEnded = true
    for (const end of this.#followers.values()) end()
    this.#followers.clear()
  }

  /** Takes a message of the channel: the epoch of a new entry and its item. */
  receive(message: string): void {
    const space = message.indexOf(' ')
    const entry = this.#options.parse(message.slice(space + 1))
    if (message.slice(0, space) === this.epoch) return this.add(entry)
    this.#heard = Math.max(this.#heard, entry.number)
    void this.#doubt()
  }

  /** Takes an entry of this epoch that is in the log, in whatever order they become known. */
  add(entry: Entry): void {
    this.#heard = Math.max(this.#heard, entry.number)
    if (!this.#isKnown || this.#isEnded || this.#catchingUp) return
    if (entry.number === this.#head + 1) this.#deliver([entry])
    // What cannot be read now is read when the connection is there again.
    else if (entry.number > this.#head) void this.#catchUp().catch(() => {})
    // A number that has come before, and a newer entry: what came before is gone.
    else if (entry.at > this.#headAt) void this.#doubt()
  }

  /** Compares what came here with the log, and makes up for what was missed. */
  async resume(): Promise<void> {
    // What comes meanwhile by the channel moves the head on.
    const [before, beforeAt] = [this.#head, this.#headAt]
    const { epoch, head, headAt, at } = await this.#options.inspect(before)
    if (this.#isEnded || epoch !== this.epoch) return
    if (!this.#isKnown) {
      this.#head = head
      this.#headAt = headAt
      this.#isKnown = true
    } else if (head < before || (at !== undefined && at !== beforeAt)) {
      return this.#options.onLoss()
    }
    this.#heard = Math.max(this.#heard, head)
    await this.#catchUp()
  }

  /** Resumes as soon as the store answers. */
  async #doubt(): Promise<void> {
    if (this.#isInDoubt) return
    this.#isInDoubt = true
    while (!this.#isEnded) {
      try {
        await this.resume()
        break
      } catch {
        await delay(AGAIN_MS)
      }
    }
    this.#isInDoubt = false
  }

  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readAll().finally(() => (this.#catchingUp = undefined))
    return this.#catchingUp
  }

  async #readAll(): Promise<void> {
    while (this.#head < this.#heard) {
      const { epoch, entries } = await this.#options.read(this.#head, PAGE)
      if (this.#isEnded || epoch !== this.epoch) return
      if (entries.length === 0) return this.#options.onGap()
      this.#deliver(entries)
    }
  }

  #deliver(entries: Entry[]): void {
    const last = entries.at(-1)!
    this.#head = last.number
    this.#headAt = last.at
    for (const follower of this.#followers.keys()) follower(entries)
  }
}
