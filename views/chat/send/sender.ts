import { signal } from '@preact/signals'
import type { Answer } from '../api.ts'
import type { Accepted, ChatMessage } from '../protocol.ts'
import { kept } from '../stored.ts'
import { judge, recognised, type Failure, type Outgoing } from './outbox.ts'

export interface SenderOptions {
  room: string
  say: (text: string, key: string) => Promise<Answer<Accepted>>
  onSent: (accepted: Accepted) => void
  onFailed: (failure: Failure) => void
}

/** The server forgets keys after 24 hours. Older texts are sent again only when the writer asks for it. */
const KEY_MS = 23 * 60 * 60 * 1000
const DOUBT_MS = 5000
/** The error codes of failures that a new session or a new connection may resolve. */
const MENDED = { session: ['no_session', 'bad_name'], connection: ['offline', 'timeout'] }

/** Sends texts one after the other, in order, each at most once. Texts that are not sent yet survive a reload. */
export class Sender {
  readonly items = signal<readonly Outgoing[]>([])
  /** When the server's rate limit lets the page post again, in milliseconds since 1970; 0 if it may post now. */
  readonly pausedUntil = signal(0)
  readonly #options: SenderOptions
  #running = false

  constructor(options: SenderOptions) {
    this.#options = options
    const items = (kept.read(`outbox.${options.room}`) as Outgoing[] | undefined) ?? []
    this.items.value = items.map((item) => ({ ...item, attempts: 0, seenAs: undefined }))
    for (const { key, at, failure } of items) if (!failure && Date.now() - at > KEY_MS) this.#fail(key, TOO_OLD)
  }

  /** Sends the texts that were left before a reload. */
  start(): void {
    void this.#run()
  }

  send(text: string): void {
    const item = { key: newKey(), text, at: Date.now(), attempts: 0, failure: undefined, seenAs: undefined }
    this.#set([...this.items.peek(), item])
    void this.#run()
  }

  again(key: string): void {
    this.#update(key, { failure: undefined, attempts: 0 })
    void this.#run()
  }

  discard(key: string): void {
    this.#set(this.items.peek().filter((item) => item.key !== key))
  }

  /** Sends again the texts that failed because there was no session or no connection; now there is one. */
  mended(what: keyof typeof MENDED): void {
    for (const { key, failure, at } of this.items.peek()) {
      if (failure && MENDED[what].includes(failure.code) && Date.now() - at < KEY_MS) this.again(key)
    }
  }

  /** The stream has brought a message of the reader, perhaps before the server answered its POST. */
  recognise(message: ChatMessage): void {
    const item = recognised(this.items.peek(), message)
    if (item) this.#update(item.key, { seenAs: message.id })
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (;;) {
      const next = this.items.peek().find(({ failure }) => !failure)
      if (!next) break
      await this.#attempt(next)
    }
    this.#running = false
  }

  async #attempt({ key, text, attempts }: Outgoing): Promise<void> {
    const verdict = judge(await this.#options.say(text, key), attempts + 1)
    switch (verdict.kind) {
      case 'sent':
        this.discard(key)
        return this.#options.onSent(verdict.accepted)
      case 'failed':
        this.#fail(key, verdict.failure)
        return this.#options.onFailed(verdict.failure)
      case 'again':
        this.#update(key, { attempts: verdict.isTooFast ? attempts : attempts + 1 })
        if (verdict.isTooFast) this.pausedUntil.value = Date.now() + verdict.afterMs
        await new Promise((resolve) => setTimeout(resolve, verdict.afterMs))
        this.pausedUntil.value = 0
    }
  }

  #fail(key: string, failure: Failure): void {
    const seenAs = this.items.peek().find((item) => item.key === key)?.seenAs
    // The stream has shown the same text, so it is probably stored. Sending it again with its key makes sure.
    if (seenAs !== undefined && !failure.isRefusal) setTimeout(() => this.again(key), DOUBT_MS)
    this.#update(key, { failure, seenAs: failure.isRefusal ? undefined : seenAs })
  }

  #update(key: string, change: Partial<Outgoing>): void {
    this.#set(this.items.peek().map((item) => (item.key === key ? Object.assign({}, item, change) : item)))
  }

  #set(items: readonly Outgoing[]): void {
    this.items.value = items
    kept.write(`outbox.${this.#options.room}`, items.length > 0 ? items : undefined)
  }
}

const TOO_OLD: Failure = { code: 'timeout', msg: undefined, isRefusal: false }

/** 128 random bits in hexadecimal. `crypto.randomUUID` does not exist in pages loaded over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
