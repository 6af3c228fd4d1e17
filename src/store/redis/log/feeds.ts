import type { Entry } from '../../../chat/log/entry.ts'
import { Refusal } from '../../../chat/refusal.ts'
import type { Follower, Following, Page } from '../../../chat/log/room-log.ts'
import { Feed, type Inspection } from './feed.ts'
import { roomKeys } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import type { Subscription } from '../link/subscription.ts'

export interface FeedsOptions {
  parse: (room: string, item: string) => Entry
  read: (room: string, after: number, limit: number) => Promise<Page>
  inspect: (room: string, number: number) => Promise<Inspection>
  /** See `FeedOptions`. */
  onLoss: () => Promise<void>
  /** Called when a room's feed ends because it missed entries that retention has dropped. */
  onGap: (room: string) => void
}

interface Followed {
  feed: Feed
  subscription: Promise<Subscription>
  onReachable: Set<(isReachable: boolean) => void>
}

/**
 * The feeds of the rooms that are followed on this node. Rooms on the same server share a connection. The caller must
 * call `endAll` when the epoch changes.
 */
export class Feeds {
  readonly #shards: Shards
  readonly #options: FeedsOptions
  readonly #followed = new Map<string, Followed>()

  constructor(shards: Shards, options: FeedsOptions) {
    this.#shards = shards
    this.#options = options
  }

  find(room: string): Feed | undefined {
    return this.#followed.get(room)?.feed
  }

  /**
   * Follows a room. `epoch` is the current epoch, for a new feed if the room has none. Rejects with the Refusal
   * `store_unreachable` when the feed ends before it has begun.
   */
  async follow(
    room: string,
    epoch: string,
    follower: Follower,
    onReachable = (_isReachable: boolean) => {},
  ): Promise<Following> {
    const followed = this.#followed.get(room) ?? this.#begin(room, epoch)
    const { feed } = followed
    await followed.subscription
    if (feed.isEnded) throw new Refusal('store_unreachable', 1)
    followed.onReachable.add(onReachable)
    return feed.follow(follower, () => {
      followed.onReachable.delete(onReachable)
      if (feed.isIdle) this.#end(room, followed)
    })
  }

  endAll(): void {
    for (const [room, followed] of this.#followed) this.#end(room, followed)
  }

  #begin(room: string, epoch: string): Followed {
    const { parse, read, inspect, onLoss, onGap } = this.#options
    const onReachable: Followed['onReachable'] = new Set()
    const tell = (isReachable: boolean) => {
      for (const listener of onReachable) listener(isReachable)
    }
    const feed = new Feed({
      epoch,
      parse: (item) => parse(room, item),
      read: (after, limit) => read(room, after, limit),
      inspect: (number) => inspect(room, number),
      onLoss,
      onGap: () => {
        onGap(room)
        this.#end(room, followed)
      },
    })
    const subscription = this.#shards.subscribe({
      channel: roomKeys(room).feed,
      onMessage: (message) => feed.receive(message),
      onUp: async () => {
        await feed.resume()
        tell(true)
      },
      onDown: () => tell(false),
    })
    const followed = { feed, subscription, onReachable }
    this.#followed.set(room, followed)
    subscription.catch(() => this.#end(room, followed))
    return followed
  }

  #end(room: string, followed: Followed): void {
    if (this.#followed.get(room) === followed) this.#followed.delete(room)
    followed.feed.end()
    followed.subscription.then(
      (begun) => begun.end(),
      () => {},
    )
  }
}
