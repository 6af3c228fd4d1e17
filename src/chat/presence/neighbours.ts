import type { Name } from '../names/name.ts'
import type { Roster } from './presence.ts'

/** What is said of the people of one room between the nodes that share a store. */
export interface RoomNews {
  /** Somebody is on this node who was not. */
  arrived(node: string, name: Name): void
  /** Somebody has nothing open on this node any more; they may come back, or turn up on another. */
  departed(node: string, folded: string): void
  /** So many are on this node without a name. */
  guests(node: string, count: number): void
  /** Somebody has taken a name in the room. */
  announced(name: Name): void
  typing(name: Name): void
}

/** What this node tells the others of the people whom it has in one room. */
export interface Announcer {
  arrived(name: Name): void
  departed(name: Name): void
  guests(count: number): void
  announced(name: Name): void
  typing(name: Name): void
  /** Nobody is here any more, and nothing is heard. */
  leave(): void
}

/**
 * The other nodes that share the store. What they say is true only now, so it is kept nowhere for long: who is on a
 * node that ends without a word has departed some seconds later.
 */
export interface Neighbours {
  /** Calls `news` with what other nodes have to say of a room: first who is there, until the announcer leaves. */
  enter(room: string, news: RoomNews): Promise<Announcer>
  /** Who is in a room on other nodes. */
  roster(room: string): Promise<Required<Roster>>
  /** How many are in each room on other nodes, by some seconds ago. */
  counts(): Promise<Map<string, number>>
}

const nobody = (): void => {}

/** A node that shares its store with none. */
export const ALONE: Neighbours = {
  enter: async () => ({
    arrived: nobody,
    departed: nobody,
    guests: nobody,
    announced: nobody,
    typing: nobody,
    leave: nobody,
  }),
  roster: async () => ({ count: 0, users: [], guests: 0 }),
  counts: async () => new Map(),
}
