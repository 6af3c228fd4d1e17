import type { Access, StreamOptions } from '../access.ts'
import { EVENT_NAMES, type RoomEvent } from '../protocol.ts'

/** Gives `window.EventSource` to a browser without one, which alone loads what it needs for that. */
export async function ensureEventSource(): Promise<void> {
  if ('EventSource' in window) return
  const script = '/eventsource.js'
  // Without it there is still the long poll.
  await import(script).catch(() => {})
}

/** Opens an event stream; the returned function closes it. Undefined where the browser cannot. */
function openStream(url: string, { onEvent, onEnd }: StreamOptions): (() => void) | undefined {
  if (!('EventSource' in window)) return undefined
  const source = new EventSource(url)
  for (const event of EVENT_NAMES) {
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      onEvent({ event, ...(JSON.parse(data) as object) } as RoomEvent)
    })
  }
  // The cursor of the page is the better one, and so is its backoff: the browser's own are not used.
  source.addEventListener('error', () => {
    source.close()
    onEnd()
  })
  return () => source.close()
}

/** The page by itself: its cookie goes along, and is set, without its doing. */
export const cookieAccess: Access = { scope: '', prove: (init) => init, openStream, keep: () => {} }
