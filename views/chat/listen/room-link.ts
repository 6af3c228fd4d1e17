import { signal } from '@preact/signals'
import type { Access } from '../access.ts'
import type { Answer } from '../api.ts'
import type { Missed, RoomEvent } from '../protocol.ts'
import { backoffMs } from './backoff.ts'
import { trying, waiting, type Connection } from './connection.ts'

export interface RoomLinkOptions {
  /** The address of the stream, with the page's current cursor. */
  streamUrl: () => string
  /** One long poll from the same cursor. */
  poll: (waitSeconds: number, signal: AbortSignal) => Promise<Answer<Missed>>
  onEvent: (event: RoomEvent) => void
  /** Whether this tab may keep a connection open, as a browser has only a few for each server. */
  mayStay: () => Promise<boolean>
  access: Access
}

/** If no event has come by then, something on the way holds the stream back, even if it is open: use the long poll. */
const READY_MS = 5000
/** The server sends a heartbeat every 15 s, so a stream that is silent for longer than this is broken. */
const SILENCE_MS = 40_000
/** How long to use the long poll before trying the stream again. */
const POLL_MS = 5 * 60_000
const POLL_SECONDS = 25
/** Without a place for an open connection: the interval of short polls, and when to ask for a place again. */
const GLANCE_EVERY_MS = 3000
const CROWDED_MS = 30_000

/**
 * Keeps this tab connected to the room. It opens the stream again when it ends or falls silent, and uses the long poll
 * if streams do not get through.
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

  /** Connects now, without waiting for the next planned attempt. Closes the present connection, if there is one. */
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

  /** Call it when the device or the page wakes up: reconnects unless an event came a short time ago. */
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

  /** Uses the long poll. If that fails too, the server is unreachable, rather than streams being held back. */
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
