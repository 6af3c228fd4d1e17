import { createHash, randomBytes } from 'node:crypto'
import type { Name } from './name.ts'

/** A held name. */
export interface Session {
  id: string
  name: Name
}

/** `after` is undefined when the session is over. */
export type SessionListener = (before: Session, after: Session | undefined) => void

/**
 * Keeps sessions by the hash of their token, and ends those that were not used for too long, by the store's own clock. A
 * Session is what was so when it was found: whoever keeps one must follow `onChange`, as its name may be somebody else's by now.
 */
export interface SessionStore {
  /** Claims a name that nobody holds; undefined when somebody does. However many ask at once, one gets it. */
  claim(name: Name, tokenHash: Buffer): Promise<Session | undefined>
  /**
   * The session of a token, which counts as used by this; undefined when there is none, or it has expired. That it was used
   * need not be written down: a store that is full finds it too.
   */
  find(tokenHash: Buffer): Promise<Session | undefined>
  /** Gives a session another name in place of its own; undefined when somebody else holds that, or the session is over. */
  rename(session: Session, name: Name): Promise<Session | undefined>
  /** These sessions are in use, without a request of theirs. */
  use(sessions: Iterable<Session>): Promise<void>
  /** Whether a session holds a name, given in folded form. */
  isHeld(folded: string): Promise<boolean>
  end(session: Session): Promise<void>
  /**
   * Calls `listener` when a session has another name, and when one is over: given up, or not used for too long. It may be
   * called late, when somebody else holds the name that the session had: only the session's id tells whom it is about.
   */
  onChange(listener: SessionListener): void
}

/** 192 bits, in the characters of base64url. */
export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

/** What is kept of a token. It has too many bits to be guessed, so a plain hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
