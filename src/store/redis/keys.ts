/** A room's keys. They share a hash tag, so that one server of a cluster has all of them and a script may use them together. */
export interface RoomKeys {
  /** A list: the entries that are kept, oldest first, as items (see `log/entry-item.ts`). The only place that has texts. */
  entries: string
  /** A hash: `head` is the number of the newest entry, `at` its time, `epoch` its epoch. It stays when the room is empty. */
  state: string
  /** A hash: the numbers of the last edit of each changed message and of the one before, or 0, by the message's number. */
  changed: string
  /**
   * A sorted set: the runs of consecutive entries that are not standing messages (edits, deletions, erased ones). Member:
   * the number of the first entry of a run; score: that of the last.
   */
  gaps: string
  /** A hash: the number of what was said under a key of idempotency. */
  said: string
  /** A sorted set: when it was. */
  saidAt: string
  /** A channel: every new entry. */
  feed: string
  /** A hash: what each node has here. */
  presence: string
  /** A channel: what changes of that, and who is typing. */
  presenceChanges: string
}

export function roomKeys(room: string): RoomKeys {
  const key = (name: string) => `teahouse:{${room}}:${name}`
  return {
    entries: key('entries'),
    state: key('state'),
    changed: key('changed'),
    gaps: key('gaps'),
    said: key('said'),
    saidAt: key('said-at'),
    feed: key('feed'),
    presence: key('presence'),
    presenceChanges: key('presence-changes'),
  }
}

/** What 0.1.0 kept of a room: a stream with the texts, and a hash of how changed messages stand (`<time> <text>`, empty when deleted). */
export function oldRoomKeys(room: string): { log: string; standing: string } {
  return { log: `teahouse:{${room}}:log`, standing: `teahouse:{${room}}:standing` }
}

/** A sorted set: about when something was last said in each room. */
export const ROOMS = 'teahouse:rooms'

/** When a node has begun to sweep; who is at it. */
export const SWEEP = { at: 'teahouse:{sweep}:at', by: 'teahouse:{sweep}:by' }

/** The secret behind authors and fingerprints. */
export const SECRET = 'teahouse:secret'

/** Which form the rooms have. */
export const FORM = 'teahouse:form'

/** The name of these logs; a hash of the servers that keep them and of their markers; a channel that tells of another name. */
export const EPOCH = {
  name: 'teahouse:{epoch}',
  servers: 'teahouse:{epoch}:servers',
  changed: 'teahouse:{epoch}:changed',
}

/** A key that is to be on the server of an id: the epoch in which the server had everything. One `n` or another leads there. */
export function markerKey(id: string, n: number): string {
  return `teahouse:{${id}-${n}}:marker`
}

/**
 * Sessions by id, ids by token and by the key of a name, when each was last used; a channel for what changes; and which
 * keys the names have.
 */
export const SESSIONS = {
  sessions: 'teahouse:{sessions}',
  tokens: 'teahouse:{sessions}:tokens',
  names: 'teahouse:{sessions}:names',
  used: 'teahouse:{sessions}:used',
  changes: 'teahouse:{sessions}:changes',
  form: 'teahouse:{sessions}:form',
}

/** A set: the nodes. */
export const NODES = 'teahouse:nodes'

/** A hash that a node keeps alive: how many people it has in each room. Who is on a node without one has gone. */
export function nodeKey(node: string): string {
  return `teahouse:node:${node}`
}
