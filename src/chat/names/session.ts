import { createHash, randomBytes } from 'node:crypto'
import type { Name } from './name.ts'

/** A name that somebody holds, proved by a token. */
export interface Session {
  id: string
  name: Name
}

/** Called when a session was renamed, or, with `after` undefined, is over. */
export type SessionListener = (before: Session, after: Session | undefined) => void

/**
 * Keeps sessions by the hash of their token, and ends those that were not used for too long, by the store's own clock. A
 * Session object is a snapshot: a caller that keeps one must listen by `onChange`, because somebody else may hold its name
 * later.
 */
export interface SessionStore {
  /**
   * Makes a session that holds the name; undefined when another session holds it. Of simultaneous claims one succeeds.
   */
  claim(name: Name, tokenHash: Buffer): Promise<Session | undefined>
  /**
   * Looks up the session of a token, and counts it as used. Undefined when there is none, or it has expired. A store that
   * is full finds it too, and then does not record the use.
   */
  find(tokenHash: Buffer): Promise<Session | undefined>
  /** Renames a session. Undefined when another session holds that name, or this session is over. */
  rename(session: Session, name: Name): Promise<Session | undefined>
  /** Counts sessions as used that have an open stream but make no requests. */
  use(sessions: Iterable<Session>): Promise<void>
  /** Whether a session holds the name, given in folded form. */
  isHeld(folded: string): Promise<boolean>
  /** Ends a session, and frees its name. */
  end(session: Session): Promise<void>
  /**
   * Calls `listener` when a session was renamed, was ended or has expired. The call may be late, when another session
   * already holds the old name: identify the session by its id only.
   */
  onChange(listener: SessionListener): void
}

/** A random token: 192 bits in base64url. */
export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/**
 * The hash of a token, which the stores keep in its place. A plain SHA-256 is enough, as tokens are long and random.
 */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
