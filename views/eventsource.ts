/**
 * Gives `window.EventSource` to a browser without one. Our own, over XMLHttpRequest: the package `eventsource` 4 needs
 * what these browsers lack too (fetch streams, `TextDecoder`, `new EventTarget`), forgets ids, and is half as big again.
 */
import { EmulatedEventSource } from './eventsource/event-source.ts'

if (window.EventSource === undefined) {
  Object.defineProperty(window, 'EventSource', { value: EmulatedEventSource, writable: true, configurable: true })
}
