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

/** After so long the server may no longer know a key; a text is then sent again only if the writer says so. */
const KEY_MS = 23 * 60 * 60 * 1000
const DOUBT_MS = 5000
/** What a new session or a new connection mends. */
const MENDED = { session: ['no_session', 'bad_name'], connection: ['offline', 'timeout'] }

/** Sends texts one after the other, in their order, each once. What is not sent is kept, also over a reload. */
export class Sender {
  readonly items = signal<readonly Outgoing[]>([])
  /** When the server will hear us again, in milliseconds since 1970; 0 when it does now. */
  readonly pausedUntil = signal(0)
  readonly #options: SenderOptions
  #running = false

  constructor(options: SenderOptions) {
    this.#options = options
    const items = (kept.read(`outbox.${options.room}`) as Outgoing[] | undefined) ?? []
    this.items.value = items.map((item) => ({ ...item, attempts: 0, seenAs: undefined }))
    for (const { key, at, failure } of items) if (!failure && Date.now() - at > KEY_MS) this.#fail(key, TOO_OLD)
  }

  /** Sends what a reload has left over. */
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

  /** Tries again what has failed for want of what there is now. */
  mended(what: keyof typeof MENDED): void {
    for (const { key, failure, at } of this.items.peek()) {
      if (failure && MENDED[what].includes(failure.code) && Date.now() - at < KEY_MS) this.again(key)
    }
  }

  /** A message of ours has come by the stream, perhaps before the server's answer. */
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
    // It is most likely in the log already, and the reader sees it there: only its key can tell for sure.
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

/** 128 bits of randomness; `crypto.randomUUID` is not there on a page that came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
