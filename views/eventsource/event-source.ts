import { ConstructibleEventTarget, defineHandler } from './event-target.ts'
import { EventStreamParser } from './parser.ts'

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2

const RECONNECTION_MS = 3000
/** A longer delay would overflow a timer, which then fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** XMLHttpRequest keeps all that it has received: after so many characters a new one takes its place. */
const MOST_CHARACTERS = 2 ** 20

/** An EventSource as a browser's own: WHATWG HTML, 9.2 (Server-sent events). Its events are not `isTrusted`. */
export class EmulatedEventSource extends ConstructibleEventTarget {
  readonly #url: string
  readonly #withCredentials: boolean
  #readyState = CONNECTING
  #reconnectionMs = RECONNECTION_MS
  #lastEventId = ''
  #request: XMLHttpRequest | undefined
  #timer: number | undefined

  constructor(url: string | URL, { withCredentials = false }: EventSourceInit = {}) {
    super()
    this.#url = resolve(url)
    this.#withCredentials = withCredentials
    this.#connect()
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

  get [Symbol.toStringTag](): string {
    return 'EventSource'
  }

  close(): void {
    this.#readyState = CLOSED
    clearTimeout(this.#timer)
    this.#abort()
  }

  #connect(): void {
    const request = new XMLHttpRequest()
    this.#request = request
    request.open('GET', this.#url)
    request.withCredentials = this.#withCredentials
    request.setRequestHeader('Accept', 'text/event-stream')
    // Elsewhere this header would need the leave of the server, which for a browser's own it does not.
    if (new URL(this.#url).origin === location.origin) request.setRequestHeader('Cache-Control', 'no-cache')
    if (this.#lastEventId) request.setRequestHeader('Last-Event-ID', utf8(this.#lastEventId))
    // An event stream is UTF-8, whatever else it says.
    request.overrideMimeType('text/plain; charset=utf-8')
    const read = this.#reader(request)
    // Unlike `progress` it fires for each piece. A request that was given up has no say any more.
    request.addEventListener('readystatechange', () => {
      if (request !== this.#request) return
      if (request.readyState === XMLHttpRequest.HEADERS_RECEIVED) this.#answer(request)
      else if (this.#readyState === OPEN) read()
    })
    request.addEventListener('load', () => this.#ended(request))
    request.addEventListener('error', () => this.#ended(request))
    request.send()
  }

  /** What reads the text that has come since it was last called. */
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

  #ended(request: XMLHttpRequest): void {
    if (request === this.#request) this.#reestablish(this.#reconnectionMs)
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
for (const type of ['open', 'message', 'error']) defineHandler(EmulatedEventSource.prototype, type)
Object.defineProperty(EmulatedEventSource, 'name', { value: 'EventSource', configurable: true })

function resolve(url: string | URL): string {
  try {
    return new URL(url, document.baseURI).href
  } catch {
    throw new DOMException(`Cannot open an EventSource to '${String(url)}'. The URL is invalid.`, 'SyntaxError')
  }
}

/** A header takes bytes, each written as the character of its number. */
function utf8(text: string): string {
  return unescape(encodeURIComponent(text))
}
