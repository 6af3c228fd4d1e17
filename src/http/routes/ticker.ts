import type { Channel, EventStream, Frame, Hub } from '../../sse/index.ts'

/**
 * Sends a frame to all of its streams every `everyMs`. One timer serves all of them, and runs only while there are any.
 */
export class Ticker {
  readonly #channel: Channel
  readonly #everyMs: number
  readonly #frame: () => Frame
  #timer: NodeJS.Timeout | undefined

  constructor(hub: Hub, everyMs: number, frame: () => Frame) {
    this.#channel = hub.open()
    this.#everyMs = everyMs
    this.#frame = frame
  }

  /** Writes `opening` into the stream at once, then a frame at every tick, until the stream closes. */
  join(stream: EventStream, opening: Frame): void {
    this.#channel.join(stream, opening)
    this.#timer ??= setInterval(() => this.#tick(), this.#everyMs).unref()
  }

  #tick(): void {
    if (this.#channel.streams.size > 0) return this.#channel.pass(this.#frame())
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
