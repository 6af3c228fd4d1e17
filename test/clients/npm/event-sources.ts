import { EventSource as EventSource4 } from 'eventsource'
import { EventSource as EventSource3 } from 'eventsource-3'
import { createRequire } from 'node:module'
import { EventSource as UndiciEventSource } from 'undici'
import type { Client } from '../client.ts'

/** What all clients have that are made after the standard's. */
interface EventSourceLike {
  addEventListener(type: 'message' | 'ready', listener: (event: { data: string }) => void): void
  close(): void
}

export type EventSourceClass = new (url: string) => EventSourceLike

const require = createRequire(import.meta.url)
const EventSource2 = require('eventsource-2') as EventSourceClass
const { EventSource: LaunchDarkly } = require('launchdarkly-eventsource') as {
  EventSource: new (url: string) => EventSourceLike & { on(event: 'error', listener: () => void): void }
}

/** Emits `error` as an EventEmitter does: without a listener a lost connection would end the process. */
class LaunchDarklyEventSource extends LaunchDarkly {
  constructor(url: string) {
    super(url)
    this.on('error', () => {})
  }
}

export const EVENT_SOURCES: Client[] = [
  { name: 'eventsource 2', weaknesses: ['advances early', 'keeps parts'], start: startOf(EventSource2) },
  { name: 'eventsource 3', start: startOf(EventSource3) },
  { name: 'eventsource 4', start: startOf(EventSource4) },
  { name: 'undici', start: startOf(UndiciEventSource) },
  { name: 'launchdarkly-eventsource', start: startOf(LaunchDarklyEventSource) },
]

export function startOf(Class: EventSourceClass): Client['start'] {
  return (url, hear) => {
    const source = new Class(url)
    for (const type of ['message', 'ready'] as const) source.addEventListener(type, ({ data }) => hear(data))
    return () => source.close()
  }
}
