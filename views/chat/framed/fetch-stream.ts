import type { StreamOptions } from '../access.ts'
import { EventStreamParser } from '../../eventsource/parser.ts'
import { EVENT_NAMES, type RoomEvent } from '../protocol.ts'

/** Opens an event stream by `fetch`, which can send a token; an EventSource cannot. Returns a function that closes it. */
export function openFetchStream(url: string, init: RequestInit, { onEvent, onEnd }: StreamOptions): () => void {
  const abort = new AbortController()

  async function read(): Promise<void> {
    const { ok, body } = await fetch(url, { ...init, signal: abort.signal, cache: 'no-store' })
    if (!ok || !body) return
    const parser = new EventStreamParser('', {
      onEvent: (event, data) => {
        if (EVENT_NAMES.includes(event as RoomEvent['event']) && !abort.signal.aborted)
          onEvent({ event, ...(JSON.parse(data) as object) } as RoomEvent)
      },
      onRetry: () => {},
    })
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parser.feed(piece.value)
  }

  const over = (): void => {
    if (!abort.signal.aborted) onEnd()
  }
  void read().then(over, over)
  return () => abort.abort()
}
