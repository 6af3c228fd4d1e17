/** A room's keys. They share a hash tag, so that one server of a cluster has all of them and a script may use them together. */
export interface RoomKeys {
  /** A stream: entry `n` has the id `n-0`. */
  log: string
  /** A hash: `first` and `head` are numbers, `at` is the head's time, `epoch` that of the newest entry. */
  state: string
  /** A hash: how a changed message stands now, by number; empty when it was deleted, else `<time> <text>`. */
  standing: string
  /** A hash: the number of what was said under a key of idempotency. */
  said: string
  /** A sorted set: when it was. */
  saidAt: string
  /** A channel: every new entry. */
  entries: string
  /** A hash: what each node has here. */
  presence: string
  /** A channel: what changes of that, and who is typing. */
  presenceChanges: string
}

export function roomKeys(room: string): RoomKeys {
  const key = (name: string) => `teahouse:{${room}}:${name}`
  return {
    log: key('log'),
    state: key('state'),
    standing: key('standing'),
    said: key('said'),
    saidAt: key('said-at'),
    entries: key('entries'),
    presence: key('presence'),
    presenceChanges: key('presence-changes'),
  }
}

/** A sorted set: about when something was last said in each room. */
export const ROOMS = 'teahouse:rooms'

/** Says that somebody has swept lately. */
export const SWEPT = 'teahouse:swept'

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
