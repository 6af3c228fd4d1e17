import type { Name } from '../names/name.ts'
import type { Presence, Roster } from './presence.ts'
import type { PresenceMessage } from './presence-message.ts'

/** Tells the other nodes of what one room's presence has of this node. */
export interface PresenceLink {
  /** To be called after each change of a session's stay on this node, or of the number of guests (undefined). */
  changed(session: string | undefined): void
  /** To be called when the room closes, before its presence is cleared. Resolves when the others have been told. */
  leave(): Promise<void>
}

/**
 * The other nodes that share the store. They tell each other at once of what is true only now, and keep it nowhere for
 * long: a node that ends without a word is lost some seconds later, with whom it had.
 */
export interface Neighbours {
  /**
   * Keeps `presence` in step with the other nodes until the link leaves; when it resolves, `presence` has whom they
   * have. Nobody may have entered before. Rejects with the Refusal `store_unreachable`.
   */
  join(room: string, presence: Presence, onTyping: (name: Name) => void): Promise<PresenceLink>
  /** Tells the other nodes, as far as the room is open there; when that fails it is not told. */
  tell(room: string, news: Pick<PresenceMessage, 'announced' | 'typing'>): void
  /** Who is in a room on other nodes. */
  roster(room: string): Promise<Required<Roster>>
  /** How many are in each room on other nodes, by some seconds ago. */
  counts(): Promise<Map<string, number>>
}

/** A node that shares its store with none. */
export const ALONE: Neighbours = {
  join: async () => ({ changed() {}, async leave() {} }),
  tell() {},
  roster: async () => ({ count: 0, users: [], guests: 0 }),
  counts: async () => new Map(),
}
