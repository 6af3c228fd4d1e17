import { signal } from '@preact/signals'
import type { Access } from '../access.ts'
import type { Answer } from '../api.ts'
import type { Missed, RoomEvent } from '../protocol.ts'
import { backoffMs } from './backoff.ts'
import { trying, waiting, type Connection } from './connection.ts'

export interface RoomLinkOptions {
  /** The address of the stream, from where the page has come to. */
  streamUrl: () => string
  /** One long poll from there. */
  poll: (waitSeconds: number, signal: AbortSignal) => Promise<Answer<Missed>>
  onEvent: (event: RoomEvent) => void
  /** Whether a connection may be kept open, among those that this browser has. */
  mayStay: () => Promise<boolean>
  access: Access
}

/** A stream that has not said anything by then is held back by something, even when it is open. */
const READY_MS = 5000
/** The server is never silent for so long. */
const SILENCE_MS = 40_000
/** After so long on the long poll, the stream gets another chance. */
const POLL_MS = 5 * 60_000
const POLL_SECONDS = 25
/** Where no connection may be kept open: how often to ask, and when to see whether one may. */
const GLANCE_EVERY_MS = 3000
const CROWDED_MS = 30_000

/**
 * Keeps one connection to the room, whatever happens to it: a stream that is opened again when it ends or falls silent,
 * or a long poll where streams do not come through.
 */
export class RoomLink {
  readonly connection = signal<Connection>({ state: 'trying', since: Date.now() })
  readonly #options: RoomLinkOptions
  #close = () => {}
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastHeard = 0
  #failures = 0
  #mayStay = false

  constructor(options: RoomLinkOptions) {
    this.#options = options
  }

  /** Connects, anew if there is a connection; at once, even when the next attempt was to come later. */
  open(): void {
    this.#end()
    this.#set(trying(this.connection.value, Date.now()))
    const abort = new AbortController()
    this.#close = () => abort.abort()
    void this.#start(abort.signal)
  }

  close(): void {
    this.#end()
  }

  /** After a sleep: connects anew unless something was heard lately. */
  wake(): void {
    const isSilent = Date.now() - this.#lastHeard > SILENCE_MS / 2
    if (this.connection.value.state !== 'open' || isSilent) this.open()
  }

  async #start(aborted: AbortSignal): Promise<void> {
    this.#mayStay ||= await this.#options.mayStay()
    if (aborted.aborted) return
    if (!this.#mayStay) return this.#poll()
    this.#after(READY_MS, () => void this.#poll())
    const close = this.#options.access.openStream(this.#options.streamUrl(), {
      onEvent: (event) => this.#receive(event),
      onEnd: () => this.#lose(),
    })
    if (close) this.#close = close
    else return this.#poll()
  }

  #receive(event: RoomEvent): void {
    this.#lastHeard = Date.now()
    if (event.event === 'closing') {
      this.#options.onEvent(event)
      return this.#lose(event.retry)
    }
    this.#opened('stream')
    this.#after(SILENCE_MS, () => this.open())
    this.#options.onEvent(event)
  }

  /** Asks for what was missed, again and again. Where that fails too, it is not the stream that is held back. */
  async #poll(): Promise<void> {
    this.#end()
    const abort = new AbortController()
    this.#close = () => abort.abort()
    const stop = Date.now() + (this.#mayStay ? POLL_MS : CROWDED_MS)
    for (let waitSeconds = 0; Date.now() < stop; waitSeconds = this.#mayStay ? POLL_SECONDS : 0) {
      const answer = await this.#options.poll(waitSeconds, abort.signal)
      if (abort.signal.aborted) return
      if (!answer.ok) return this.#lose()
      this.#lastHeard = Date.now()
      this.#opened('poll')
      const { events, cursor, reset } = answer.value
      if (reset) this.#options.onEvent({ event: 'ready', resume: 'reset', head: cursor })
      for (const event of events) this.#options.onEvent(event)
      if (!this.#mayStay) await new Promise((resolve) => setTimeout(resolve, GLANCE_EVERY_MS))
      if (abort.signal.aborted) return
    }
    this.open()
  }

  #lose(ms = backoffMs(this.#failures)): void {
    this.#end()
    this.#failures++
    this.#set(waiting(this.connection.value, Date.now(), ms))
    this.#after(ms, () => this.open())
  }

  #opened(via: 'stream' | 'poll'): void {
    const { value } = this.connection
    this.#failures = 0
    if (value.state !== 'open' || value.via !== via) this.#set({ state: 'open', via })
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#close()
    this.#close = () => {}
  }

  #after(ms: number, task: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(task, ms)
  }

  #set(connection: Connection): void {
    this.connection.value = connection
  }
}
