/** How the page is connected to its room. Times are milliseconds since 1970. */
export type Connection =
  | { state: 'open'; via: 'stream' | 'poll' }
  /** An attempt is under way; there has been no connection since `since`. */
  | { state: 'trying'; since: number }
  /** The next attempt comes at `until`. */
  | { state: 'waiting'; since: number; until: number }

/** The state after an attempt to connect has begun. */
export function trying(connection: Connection, now: number): Connection {
  return { state: 'trying', since: since(connection, now) }
}

/** The state after the connection is lost or an attempt has failed; the next attempt comes in `ms`. */
export function waiting(connection: Connection, now: number, ms: number): Connection {
  return { state: 'waiting', since: since(connection, now), until: now + ms }
}

function since(connection: Connection, now: number): number {
  return connection.state === 'open' ? now : connection.since
}
