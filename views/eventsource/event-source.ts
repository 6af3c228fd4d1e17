import { ConstructibleEventTarget, defineHandler } from './event-target.ts'
import { EventStreamParser } from './parser.ts'

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2

const RECONNECTION_MS = 3000
/** A longer delay would overflow a timer, which then fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** An XMLHttpRequest keeps everything that it has received, so reconnect after this many characters. */
const MOST_CHARACTERS = 2 ** 20

/** An EventSource by WHATWG HTML, 9.2 (Server-sent events). Unlike a browser's own, its events are not `isTrusted`. */
export class EmulatedEventSource extends ConstructibleEventTarget {
  readonly #url: string
  readonly #withCredentials: boolean
  #readyState = CONNECTING
  #reconnectionMs = RECONNECTION_MS
  #lastEventId = ''
  #request: XMLHttpRequest | undefined
  #timer: number | undefined

  constructor(url: string | URL, init: EventSourceInit | null = {}) {
    super()
    this.#url = resolve(url)
    this.#withCredentials = Boolean(init?.withCredentials)
    // Some URLs fail at once. Connect later, so that the page has time to add its listeners.
    this.#timer = window.setTimeout(() => this.#connect())
  }

  get url(): string {
    return this.#url
  }

  get withCredentials(): boolean {
    return this.#withCredentials
  }

  get readyState(): number {
    return this.#readyState
  }

  close(): void {
    this.#readyState = CLOSED
    clearTimeout(this.#timer)
    this.#abort()
  }

  #connect(): void {
    const url = new URL(this.#url)
    const isHttp = /^https?:/.test(url.protocol)
    const isSameOrigin = url.origin === location.origin
    const id = this.#lastEventId
    // To another origin, a header set by a script needs a preflight, unlike a native EventSource's; use the query.
    if (id && isHttp && !isSameOrigin) url.searchParams.set('lastEventId', id)
    const request = new XMLHttpRequest()
    this.#request = request
    request.open('GET', url.href)
    request.withCredentials = this.#withCredentials
    request.setRequestHeader('Accept', 'text/event-stream')
    if (isSameOrigin) request.setRequestHeader('Cache-Control', 'no-cache')
    if (id && isSameOrigin) request.setRequestHeader('Last-Event-ID', utf8(id))
    // Event streams are always UTF-8, even if the Content-Type names another charset.
    request.overrideMimeType('text/plain; charset=utf-8')
    // Ignore events of an earlier request, which was aborted.
    const on = (type: string, act: () => void) =>
      request.addEventListener(type, () => request === this.#request && act())
    const read = this.#reader(request)
    // Unlike `progress`, `readystatechange` fires for each piece of data.
    on('readystatechange', () => {
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED) this.#answer(request)
      else if (this.#readyState === OPEN) read()
    })
    on('load', () => this.#reestablish(this.#reconnectionMs))
    // With another scheme no server is involved, so a new request would fail in the same way.
    on('error', () => (isHttp ? this.#reestablish(this.#reconnectionMs) : this.#fail()))
    // The user pressed Stop, or a script called `window.stop()`.
    on('abort', () => this.#fail())
    request.send()
  }

  /** Returns a function that parses the text that has come since its last call. */
  #reader(request: XMLHttpRequest): () => void {
    let position = 0
    const parser = new EventStreamParser(this.#lastEventId, {
      onEvent: (type, data, lastEventId) => {
        if (this.#readyState === CLOSED) return
        const { origin } = new URL(request.responseURL || this.#url)
        this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin }))
      },
      onRetry: (milliseconds) => (this.#reconnectionMs = Math.min(milliseconds, LONGEST_MS)),
    })
    return () => {
      const text = request.responseText.slice(position)
      position += text.length
      parser.feed(text)
      this.#lastEventId = parser.lastEventId
      if (position > MOST_CHARACTERS && parser.isBetweenEvents && this.#readyState === OPEN) this.#reestablish(0)
    }
  }

  #answer(request: XMLHttpRequest): void {
    const type = request.getResponseHeader('Content-Type') ?? ''
    if (request.status !== 200 || !/^text\/event-stream[\t ]*(;|$)/i.test(type)) return this.#fail()
    this.#readyState = OPEN
    this.dispatchEvent(new Event('open'))
  }

  #fail(): void {
    this.close()
    this.dispatchEvent(new Event('error'))
  }

  #reestablish(delayMs: number): void {
    this.#abort()
    this.#readyState = CONNECTING
    this.#timer = window.setTimeout(() => this.#connect(), delayMs)
    this.dispatchEvent(new Event('error'))
  }

  #abort(): void {
    const request = this.#request
    this.#request = undefined
    request?.abort()
  }
}

for (const target of [EmulatedEventSource, EmulatedEventSource.prototype]) {
  Object.defineProperty(target, 'CONNECTING', { value: CONNECTING, enumerable: true })
  Object.defineProperty(target, 'OPEN', { value: OPEN, enumerable: true })
  Object.defineProperty(target, 'CLOSED', { value: CLOSED, enumerable: true })
}
for (const member of ['url', 'withCredentials', 'readyState', 'close']) {
  Object.defineProperty(EmulatedEventSource.prototype, member, { enumerable: true })
}
Object.defineProperty(EmulatedEventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
for (const type of ['open', 'message', 'error']) defineHandler(EmulatedEventSource.prototype, type)
Object.defineProperty(EmulatedEventSource, 'name', { value: 'EventSource', configurable: true })

function resolve(url: string | URL): string {
  try {
    return new URL(url, document.baseURI).href
  } catch {
    throw new DOMException(`Cannot open an EventSource to '${String(url)}'. The URL is invalid.`, 'SyntaxError')
  }
}

/** The UTF-8 bytes of the text, each as one character, which is how XMLHttpRequest takes header values. */
function utf8(text: string): string {
  return unescape(encodeURIComponent(text))
}
