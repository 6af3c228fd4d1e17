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
 * Sessions on one server, which decides who gets a name, and by its own clock when one is over; only the hash of a token is kept. It must follow the changes
 * before it is used, and be closed.
 */
export class RedisSessionStore implements SessionStore {
  readonly #shards: Shards
  readonly #lifetimeMs: number
  readonly #listeners: SessionListener[] = []
  #subscription: Subscription | undefined

  /** A session that is not used for `lifetimeMs` is over. */
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

  /** A change that was not heard of, since the connection was lost, comes to light here. */
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

  /** Hears of what changes on any node. */
  async follow(): Promise<void> {
    this.#subscription = await this.#shards.subscribe({
      channel: SESSIONS.changes,
      onMessage: (message) => this.#receive(JSON.parse(message) as Change),
      onUp: async () => {},
    })
  }

  /** Ends the sessions that were not used for too long. */
  async expire(): Promise<void> {
    while ((await this.#run<number>(EXPIRE, [this.#lifetimeMs, BATCH])) === BATCH);
  }

  close(): void {
    this.#subscription?.end()
  }

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

// Not counted: after entries were lost a number would be given again, and with it what its session has said.
function newId(): string {
  return randomBytes(12).toString('base64url')
}

function toSession(id: string, [text, folded]: Stored): Session {
  return { id, name: { text, folded } }
}
