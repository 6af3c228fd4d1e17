import type { RoomEvent } from './protocol.ts'

export interface StreamOptions {
  onEvent: (event: RoomEvent) => void
  /** The stream has ended; it does not come back by itself. */
  onEnd: () => void
}

/** A name that was taken, and what proves it. */
export interface Taken {
  name: string
  token: string
}

/** How a page proves whose it is: in what it asks for, and in what it listens to. */
export interface Access {
  /** Tells what its tabs share from what tabs with another proof do. */
  readonly scope: string
  /** Adds the proof to a request. */
  prove(init: RequestInit): RequestInit
  /** Opens an event stream; the returned function closes it. Undefined where the browser cannot. */
  openStream(url: string, options: StreamOptions): (() => void) | undefined
  /** A name was taken; null when it is over. */
  keep(taken: Taken | null): void
}
