/**
 * A room's keys. They share a hash tag, so all are on the same server of a cluster and a script can use them together.
 */
export interface RoomKeys {
  /** A list: the room's entries, oldest first, as items (see `log/entry-item.ts`). Texts are stored nowhere else. */
  entries: string
  /** A hash: the newest entry's number (`head`), time (`at`) and `epoch`. It stays when the room becomes empty. */
  state: string
  /** A hash: by the number of each edited message, the numbers of its last edit and of the edit before, or 0. */
  changed: string
  /**
   * A sorted set: the runs of consecutive entries that are not standing messages, but edits, deletions or erased
   * entries. Member: the number of the first entry of a run; score: the number of its last.
   */
  gaps: string
  /** A hash: by idempotency key (as a fingerprint), the number of its message. */
  said: string
  /** A sorted set: the same fingerprints, scored by the time of the message. */
  saidAt: string
  /** A channel: the epoch and the item of every new entry. */
  feed: string
  /** A hash: by node, its part of the room's presence. */
  presence: string
  /** A channel: changes of that hash, and who is typing. */
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

/**
 * A room's keys in 0.1.0. `log`: a stream of the entries. `standing`: a hash with `<time> <text>` of each edited
 * message, empty for a deleted one.
 */
export function oldRoomKeys(room: string): { log: string; standing: string } {
  return { log: `teahouse:{${room}}:log`, standing: `teahouse:{${room}}:standing` }
}

/** A sorted set: the rooms, scored by the approximate time of their newest message. */
export const ROOMS = 'teahouse:rooms'

/** `at`: the start of the last sweep. `by`: the id of the node that is sweeping now. */
export const SWEEP = { at: 'teahouse:{sweep}:at', by: 'teahouse:{sweep}:by' }

/** The secret from which authors and fingerprints are computed. */
export const SECRET = 'teahouse:secret'

/** The form in which rooms are stored, set by the migration. */
export const FORM = 'teahouse:form'

/**
 * `name`: the epoch. `servers`: a hash of the servers with their markers. `changed`: a channel that announces a new
 * epoch.
 */
export const EPOCH = {
  name: 'teahouse:{epoch}',
  servers: 'teahouse:{epoch}:servers',
  changed: 'teahouse:{epoch}:changed',
}

/**
 * The marker key of a server: its value is the last epoch in which the server was known to have all its data. The
 * caller must try values of `n` until the key's slot is on that server.
 */
export function markerKey(id: string, n: number): string {
  return `teahouse:{${id}-${n}}:marker`
}

/**
 * `sessions`: sessions by id. `tokens` and `names`: ids by token and by the key of a name. `used`: the time of each
 * session's last use. `changes`: a channel of changed sessions. `form`: which version computed the keys of names.
 */
export const SESSIONS = {
  sessions: 'teahouse:{sessions}',
  tokens: 'teahouse:{sessions}:tokens',
  names: 'teahouse:{sessions}:names',
  used: 'teahouse:{sessions}:used',
  changes: 'teahouse:{sessions}:changes',
  form: 'teahouse:{sessions}:form',
}

/** A set: the ids of the nodes. */
export const NODES = 'teahouse:nodes'

/**
 * A node's lease, which expires unless the node renews it: a hash with the number of its people in each room. When it
 * is missing, the node is dead, and its people have left.
 */
export function nodeKey(node: string): string {
  return `teahouse:node:${node}`
}
