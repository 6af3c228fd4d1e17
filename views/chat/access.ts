import type { RoomEvent } from './protocol.ts'

export interface StreamOptions {
  onEvent: (event: RoomEvent) => void
  /** Called when the stream has ended. The stream does not reconnect by itself. */
  onEnd: () => void
}

/** A name that this browser holds, and the token that proves it. */
export interface Taken {
  name: string
  token: string
}

/** How a page authenticates its requests and its event stream: by cookie or by token. */
export interface Access {
  /** Only tabs with the same scope share a connection, because they authenticate in the same way. */
  readonly scope: string
  /** Adds the credentials to a request. */
  prove(init: RequestInit): RequestInit
  /** Opens an event stream and returns a function that closes it; undefined if the browser has no EventSource. */
  openStream(url: string, options: StreamOptions): (() => void) | undefined
  /** Stores a name that the reader has taken; null forgets it. */
  keep(taken: Taken | null): void
}
