import { randomBytes } from 'node:crypto'
import type { Name } from '../../../chat/names/name.ts'
import type { Session, SessionListener, SessionStore } from '../../../chat/names/session.ts'
import { SESSIONS } from '../keys.ts'
import type { Script } from '../link/script.ts'
import { CLAIM, END, EXPIRE, FIND, IS_HELD, RENAME, USE } from './session-scripts.ts'
import type { Shards } from '../link/shards.ts'
import type { Subscription } from '../link/subscription.ts'

export const KEYS = [SESSIONS.sessions, SESSIONS.tokens, SESSIONS.names, SESSIONS.used, SESSIONS.changes]
const BATCH = 500

type Stored = [text: string, folded: string]
type Change = [id: string, text: string, folded: string, nextText?: string, nextFolded?: string]

/**
 * Sessions in Redis. All of them are on one server, whose clock says when they expire, so that of simultaneous claims for
 * a name only one succeeds. Stores only hashes of tokens. Call `follow` before any other method, and `close` in the end.
 */
export class RedisSessionStore implements SessionStore {
  readonly #shards: Shards
  readonly #lifetimeMs: number
  readonly #listeners: SessionListener[] = []
  #subscription: Subscription | undefined

  /** A session expires after `lifetimeMs` without use. */
  constructor(shards: Shards, lifetimeMs: number) {
    this.#shards = shards
    this.#lifetimeMs = lifetimeMs
  }

  async claim(name: Name, tokenHash: Buffer): Promise<Session | undefined> {
    const id = newId()
    const token = tokenHash.toString('base64url')
    const isClaimed = await this.#run<number>(CLAIM, [id, name.text, name.folded, token, this.#lifetimeMs])
    return isClaimed === 1 ? { id, name } : undefined
  }

  async find(tokenHash: Buffer): Promise<Session | undefined> {
    const token = tokenHash.toString('base64url')
    const found = await this.#run<[string, string] | null>(FIND, [token, this.#lifetimeMs])
    return found ? toSession(found[0], JSON.parse(found[1]) as Stored) : undefined
  }

  async rename({ id }: Session, name: Name): Promise<Session | undefined> {
    const isDone = await this.#run<number>(RENAME, [id, name.text, name.folded, this.#lifetimeMs])
    return isDone === 1 ? { id, name } : undefined
  }

  /** Also notifies the listeners of changes whose messages were missed while the connection was lost. */
  async use(sessions: Iterable<Session>): Promise<void> {
    const used = [...new Map(Array.from(sessions, (session) => [session.id, session])).values()]
    for (let start = 0; start < used.length; start += BATCH) {
      const batch = used.slice(start, start + BATCH)
      const found = await this.#run<(string | null)[]>(
        USE,
        batch.map(({ id }) => id),
      )
      for (const [index, session] of batch.entries()) {
        const json = found[index]
        const after = typeof json === 'string' ? toSession(session.id, JSON.parse(json) as Stored) : undefined
        if (after?.name.text !== session.name.text) this.#tell(session, after)
      }
    }
  }

  async isHeld(folded: string): Promise<boolean> {
    return (await this.#run<number>(IS_HELD, [folded, this.#lifetimeMs])) === 1
  }

  async end({ id }: Session): Promise<void> {
    await this.#run(END, [id])
  }

  onChange(listener: SessionListener): void {
    this.#listeners.push(listener)
  }

  /** Subscribes to the changes that any node makes. Rejects with the Refusal `store_unreachable`. */
  async follow(): Promise<void> {
    this.#subscription = await this.#shards.subscribe({
      channel: SESSIONS.changes,
      onMessage: (message) => this.#receive(JSON.parse(message) as Change),
      onUp: async () => {},
    })
  }

  /** Ends all expired sessions. */
  async expire(): Promise<void> {
    while ((await this.#run<number>(EXPIRE, [this.#lifetimeMs, BATCH])) === BATCH);
  }

  close(): void {
    this.#subscription?.end()
  }

  /** Notifies the listeners of a change that some node has published. */
  #receive([id, text, folded, nextText, nextFolded]: Change): void {
    const isOver = typeof nextText !== 'string' || typeof nextFolded !== 'string'
    this.#tell(toSession(id, [text, folded]), isOver ? undefined : toSession(id, [nextText, nextFolded]))
  }

  #tell(before: Session, after: Session | undefined): void {
    for (const listener of this.#listeners) listener(before, after)
  }

  async #run<T>(script: Script, args: (string | number)[]): Promise<T> {
    return this.#shards.of(SESSIONS.sessions).run<T>(script, KEYS, args)
  }
}

// Ids are random: after a loss of data, a counter would reuse ids, and a new session would own another's messages.
function newId(): string {
  return randomBytes(12).toString('base64url')
}

function toSession(id: string, [text, folded]: Stored): Session {
  return { id, name: { text, folded } }
}
