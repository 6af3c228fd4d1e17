import type { Entry } from '../../../chat/log/entry.ts'
import type { Follower } from '../../../chat/log/room-log.ts'
import type { Connection } from '../link/connection.ts'
import { toEntry, type StreamItem } from './entry-fields.ts'
import { LOOK } from './log-scripts.ts'
import { runOn } from './run-in-room.ts'

export interface FeedOptions {
  room: string
  read: (after: number, limit: number) => Promise<Entry[]>
  /** Called when entries that came here before are no longer what the log has. */
  onLoss: () => Promise<void>
  /** Called when entries that have not come here are no longer kept. */
  onGap: () => void
}

const PAGE = 500

/**
 * A room as it is followed here: every entry after the head, in order, each once. What comes by the channel is only as
 * good as the connection; numbers that are missed are read from the log.
 */
export class Feed {
  readonly followers = new Set<Follower>()
  readonly #options: FeedOptions
  #head = 0
  /** When the head came: after a loss its number may be that of another entry. */
  #headAt = 0
  /** The newest number heard of. */
  #heard = 0
  #isKnown = false
  #catchingUp: Promise<void> | undefined

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** The number of the newest entry that has come here. */
  get head(): number {
    return this.#head
  }

  /** A message of the channel. */
  hear(message: string): void {
    // What was appended here is known already, and most often is.
    if (Number.parseInt(message.slice('["'.length)) > this.#head)
      this.take(toEntry(this.#options.room, JSON.parse(message) as StreamItem))
  }

  /** An entry that is in the log, in whatever order they become known. */
  take(entry: Entry): void {
    this.#heard = Math.max(this.#heard, entry.number)
    if (!this.#isKnown || this.#catchingUp || entry.number <= this.#head) return
    if (entry.number === this.#head + 1) this.#deliver([entry])
    // What cannot be read now is read when the connection is there again.
    else void this.#catchUp().catch(() => {})
  }

  /** Makes up for a time without the channel. */
  async resume(connection: Connection): Promise<void> {
    // What comes meanwhile by the channel moves the head on.
    const [before, beforeAt] = [this.#head, this.#headAt]
    const [head, headAt, at] = await runOn<[number, string, string]>(connection, LOOK, this.#options.room, [before])
    if (!this.#isKnown) {
      this.#head = head
      this.#headAt = Number(headAt)
      this.#isKnown = true
    } else if (head < before || (at !== '' && Number(at) !== beforeAt)) {
      return this.#options.onLoss()
    }
    this.#heard = Math.max(this.#heard, head)
    await this.#catchUp()
  }

  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readAll().finally(() => (this.#catchingUp = undefined))
    return this.#catchingUp
  }

  async #readAll(): Promise<void> {
    while (this.#head < this.#heard) {
      const entries = await this.#options.read(this.#head, PAGE)
      if (entries.length === 0) return this.#options.onGap()
      this.#deliver(entries)
    }
  }

  #deliver(entries: Entry[]): void {
    const last = entries.at(-1)!
    this.#head = last.number
    this.#headAt = last.at
    for (const follower of this.followers) follower(entries)
  }
}
