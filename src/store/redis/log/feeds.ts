import type { Entry } from '../../../chat/log/entry.ts'
import { Refusal } from '../../../chat/refusal.ts'
import type { Follower, Following } from '../../../chat/log/room-log.ts'
import { Feed } from './feed.ts'
import { roomKeys } from '../keys.ts'
import type { Shards } from '../link/shards.ts'
import type { Subscription } from '../link/subscription.ts'

export interface FeedsOptions {
  read: (room: string, after: number, limit: number) => Promise<Entry[]>
  onLoss: () => Promise<void>
  onGap: () => void
}

interface Followed {
  feed: Feed
  subscription: Promise<Subscription>
  onReachable: Set<(isReachable: boolean) => void>
}

/** The rooms that are followed here, all of one server over one connection. */
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

  async follow(room: string, follower: Follower, onReachable = (_isReachable: boolean) => {}): Promise<Following> {
    const followed = this.#followed.get(room) ?? this.#begin(room)
    await followed.subscription
    if (this.#followed.get(room) !== followed) throw new Refusal('store_unreachable', 1)
    const { feed } = followed
    feed.followers.add(follower)
    followed.onReachable.add(onReachable)
    const stop = () => {
      feed.followers.delete(follower)
      followed.onReachable.delete(onReachable)
      if (feed.followers.size === 0 && this.#followed.get(room) === followed) this.#end(room, followed)
    }
    return { head: feed.head, stop }
  }

  clear(): void {
    for (const [room, followed] of this.#followed) this.#end(room, followed)
  }

  #begin(room: string): Followed {
    const { onLoss, onGap, read } = this.#options
    const onReachable: Followed['onReachable'] = new Set()
    const feed = new Feed({ room, read: (after, limit) => read(room, after, limit), onLoss, onGap })
    const tell = (isReachable: boolean) => {
      for (const listener of onReachable) listener(isReachable)
    }
    const subscription = this.#shards.subscribe({
      channel: roomKeys(room).entries,
      onMessage: (message) => feed.hear(message),
      onUp: async (connection) => {
        await feed.resume(connection)
        tell(true)
      },
      onDown: () => tell(false),
    })
    const followed = { feed, subscription, onReachable }
    this.#followed.set(room, followed)
    subscription.catch(() => this.#followed.delete(room))
    return followed
  }

  #end(room: string, { feed, subscription }: Followed): void {
    this.#followed.delete(room)
    feed.followers.clear()
    subscription.then(
      (begun) => begun.end(),
      () => {},
    )
  }
}
