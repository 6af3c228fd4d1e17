import { createRequire } from 'node:module'
import { isHeard, type Client } from '../client.ts'
import { loadBrowserPackage } from './browser-package.ts'
import { startOf, type EventSourceClass } from './event-sources.ts'

interface FetchEventSource {
  fetchEventSource: (
    url: string,
    options: {
      signal: AbortSignal
      onmessage: (event: { event: string; data: string }) => void
      onclose: () => void
    },
  ) => Promise<void>
}

const require = createRequire(import.meta.url)
const { EventSourcePolyfill } = loadBrowserPackage(require.resolve('event-source-polyfill')) as {
  EventSourcePolyfill: EventSourceClass
}
const { fetchEventSource } = loadBrowserPackage(require.resolve('@microsoft/fetch-event-source')) as FetchEventSource

export const BROWSER_CLIENTS: Client[] = [
  { name: 'event-source-polyfill', start: startOf(EventSourcePolyfill) },
  {
    name: '@microsoft/fetch-event-source',
    weaknesses: ['advances early'],
    start(url, hear) {
      const controller = new AbortController()
      void fetchEventSource(url, {
        signal: controller.signal,
        onmessage: ({ event, data }) => isHeard(event || 'message') && hear(data),
        // As its README says: what is thrown here, it tries again after.
        onclose() {
          throw new Error('the server has closed the connection')
        },
      })
      return () => controller.abort()
    },
  },
]
