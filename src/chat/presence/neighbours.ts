import type { Name } from '../names/name.ts'
import type { Presence, Roster } from './presence.ts'
import type { PresenceMessage } from './presence-message.ts'

/** Tells the other nodes who is in one room on this node. */
export interface PresenceLink {
  /** Call it after each change of a session on this node (its id), or of the number of guests (undefined). */
  changed(session: string | undefined): void
  /** Call it when the room closes, before its presence is cleared. Resolves when the other nodes have been told. */
  leave(): Promise<void>
}

/**
 * The other nodes that share the store. Nodes tell each other at once who is present and who types; none of this is
 * stored for long. When a node crashes, the others notice some seconds later, and drop the people who were connected to
 * it.
 */
export interface Neighbours {
  /**
   * Keeps `presence` up to date with the other nodes until `leave` is called; when it resolves, `presence` has their
   * people. `presence` must be empty. Rejects with the Refusal `store_unreachable`.
   */
  join(room: string, presence: Presence, onTyping: (name: Name) => void): Promise<PresenceLink>
  /** Sends news to the other nodes on which the room is open. Does not retry when that fails. */
  publish(room: string, news: Pick<PresenceMessage, 'announced' | 'typing'>): void
  /** Who is in a room on other nodes. */
  roster(room: string): Promise<Required<Roster>>
  /** How many people are in each room on other nodes; may be some seconds old. */
  counts(): Promise<Map<string, number>>
}

/** The neighbours of a node that does not share its store. */
export const ALONE: Neighbours = {
  join: async () => ({ changed() {}, async leave() {} }),
  publish() {},
  roster: async () => ({ count: 0, users: [], guests: 0 }),
  counts: async () => new Map(),
}
