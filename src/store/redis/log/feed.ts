import { setTimeout as delay } from 'node:timers/promises'
import type { Entry } from '../../../chat/log/entry.ts'
import type { Follower, Following, Page } from '../../../chat/log/room-log.ts'

/** The state of a room, compared with one entry. */
export interface Inspection {
  epoch: string
  head: number
  /** The time of the newest entry; 0 when there is none. */
  headAt: number
  /** The time of the entry that was asked for; undefined when it is not in the log. */
  at: number | undefined
}

export interface FeedOptions {
  /** The epoch of all entries of this feed. */
  epoch: string
  /** Parses an item of the log. */
  parse: (item: string) => Entry
  read: (after: number, limit: number) => Promise<Page>
  inspect: (number: number) => Promise<Inspection>
  /** Called when the log no longer has entries that this feed has delivered. Must set a new epoch, and then resolve. */
  onLoss: () => Promise<void>
  /** Called when retention has dropped entries that this feed has not delivered yet. */
  onGap: () => void
}

const PAGE = 500
const AGAIN_MS = 200

/**
 * Delivers every new entry of a room to the followers on this node, in order and once. The channel loses messages while
 * the connection is down, so the feed reads missing numbers from the log. The caller must pass messages of the channel
 * to `receive`, call `resume` after each (re)subscription, and call `end` when the epoch changes or the subscription
 * ends.
 */
export class Feed {
  readonly epoch: string
  readonly #options: FeedOptions
  /** The followers, each with the function that ends it. */
  readonly #followers = new Map<Follower, () => void>()
  #head = 0
  /** The time of the head. It detects a loss of entries, after which Redis assigns the same number to another entry. */
  #headAt = 0
  /** The newest number that is known to be in the log. */
  #heard = 0
  #isKnown = false
  #isEnded = false
  #catchingUp: Promise<void> | undefined
  #isInDoubt = false

  constructor(options: FeedOptions) {
    this.epoch = options.epoch
    this.#options = options
  }

  /** The number of the newest delivered entry. */
  get head(): number {
    return this.#head
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Whether it has no followers. */
  get isIdle(): boolean {
    return this.#followers.size === 0
  }

  /** Calls `follower` with every entry after the head. Calls `onStop` when the follower stops before the feed ends. */
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

  /** Accepts a message of the channel: the epoch of a new entry and its item. */
  receive(message: string): void {
    const space = message.indexOf(' ')
    const entry = this.#options.parse(message.slice(space + 1))
    if (message.slice(0, space) === this.epoch) return this.add(entry)
    this.#heard = Math.max(this.#heard, entry.number)
    void this.#doubt()
  }

  /** Accepts an entry of this epoch from the log. Entries may be added in any order, and more than once. */
  add(entry: Entry): void {
    this.#heard = Math.max(this.#heard, entry.number)
    if (!this.#isKnown || this.#isEnded || this.#catchingUp) return
    if (entry.number === this.#head + 1) this.#deliver([entry])
    // If this read fails, `resume` reads the entries when the connection is back.
    else if (entry.number > this.#head) void this.#catchUp().catch(() => {})
    // A newer entry has a number that was delivered before, so the log has lost the delivered entry.
    else if (entry.at > this.#headAt) void this.#doubt()
  }

  /**
   * Compares the delivered entries with the log, and delivers the missing ones. Rejects when the log cannot be read.
   */
  async resume(): Promise<void> {
    // Remember the head: messages of the channel may change it while `inspect` runs.
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

  /** Calls `resume` until it succeeds. */
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
