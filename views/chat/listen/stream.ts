import type { Access, StreamOptions } from '../access.ts'
import { EVENT_NAMES, type RoomEvent } from '../protocol.ts'

/** Loads the emulation of `window.EventSource` if the browser has none. */
export async function ensureEventSource(): Promise<void> {
  if ('EventSource' in window) return
  const script = '/eventsource.js'
  // If the emulation does not load, the page uses the long poll.
  await import(script).catch(() => {})
}

/** Opens an event stream and returns a function that closes it; undefined if there is no EventSource. */
function openStream(url: string, { onEvent, onEnd }: StreamOptions): (() => void) | undefined {
  if (!('EventSource' in window)) return undefined
  const source = new EventSource(url)
  for (const event of EVENT_NAMES) {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      onEvent({ event, ...(JSON.parse(data) as object) } as RoomEvent)
    })
  }
  // Close it, because RoomLink reconnects with the page's own cursor and backoff, not with the browser's.
  source.addEventListener('error', () => {
    source.close()
    onEnd()
  })
  return () => source.close()
}

/** The access of a page that is not in a frame: the browser stores and sends the cookie. */
export const cookieAccess: Access = { scope: '', prove: (init) => init, openStream, keep: () => {} }
