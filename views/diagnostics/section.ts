import { element } from './element.ts'
import { describeAnswer } from './plain-request.ts'
import { Pulse, type Expectation, type Verdict } from './pulse.ts'
import { wording } from './wording.ts'

/** A stream to measure. */
export interface Stream extends Expectation {
  /** The id of the section in the page's HTML. */
  id: string
  title: string
  url: string
  /** The names of its events. */
  events: string[]
  /** The server's time of sending, in milliseconds; undefined if the event has none. */
  sentAt(event: MessageEvent<string>): number | undefined
}

const MOST_LINES = 50
const MOST_CHARACTERS = 200

const time = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
})

/** The section for one stream: its state, and its events with their times, the newest first. */
export class Section {
  readonly element: HTMLElement
  readonly #stream: Stream
  readonly #source: EventSource
  readonly #pulse: Pulse
  readonly #verdict = element('p', { className: 'verdict' })
  readonly #state = element('dd')
  readonly #last = element('dd')
  readonly #lines: HTMLOListElement

  /** `onTrouble` is called when the connection fails. */
  constructor(stream: Stream, onTrouble: () => void) {
    this.#stream = stream
    this.#pulse = new Pulse(stream, performance.now())
    const heading = element('h2', { id: `${stream.id}-title` }, stream.title, ' ', element('code', {}, stream.url))
    // tabIndex lets keyboard users scroll the list.
    this.#lines = element('ol', { tabIndex: 0, ariaLabel: stream.title })
    const facts = element('dl', {}, pair(wording.state, this.#state), pair(wording.last, this.#last))
    this.element = element('section', { id: stream.id }, heading, this.#verdict, facts, this.#lines)
    this.element.setAttribute('aria-labelledby', heading.id)

    this.#source = new EventSource(stream.url)
    this.#source.addEventListener('open', () => {
      this.#pulse.opened(performance.now())
      this.#note('open')
    })
    this.#source.addEventListener('error', () => {
      this.#failed()
      onTrouble()
    })
    for (const event of stream.events) this.#source.addEventListener(event, (message) => this.#arrived(message))
  }

  /** Shows the current state, and returns it. */
  show(): Verdict {
    const now = performance.now()
    const verdict = this.#pulse.verdict(now)
    const { lastAt } = this.#pulse
    this.element.dataset.verdict = verdict.is
    setText(this.#verdict, wording.verdict(verdict))
    setText(this.#state, wording.states[this.#source.readyState] ?? '')
    setText(this.#last, lastAt === undefined ? wording.never : wording.ago(Math.floor((now - lastAt) / 1000)))
    return verdict
  }

  /** Starts measuring again. */
  restart(): void {
    this.#pulse.restart(performance.now())
  }

  #arrived(message: MessageEvent<string>): void {
    this.#pulse.arrived(performance.now(), this.#stream.sentAt(message))
    this.#note(message.type, message.data)
  }

  #failed(): void {
    const forGood = this.#source.readyState === EventSource.CLOSED
    this.#pulse.failed(performance.now(), forGood)
    this.#note('error')
    // An EventSource does not tell which answer it refused, so request the address once more.
    if (forGood)
      void describeAnswer(this.#stream.url).then((answer) => answer && this.#note('error', wording.answered(answer)))
  }

  #note(type: string, text = ''): void {
    const now = new Date()
    const at = element('time', { dateTime: now.toISOString() }, time.format(now))
    const said = element('span', { dir: 'auto' }, text.slice(0, MOST_CHARACTERS))
    const line = element('li', {}, at, ' ', element('b', {}, type), ' ', said)
    line.dataset.type = type
    this.#lines.prepend(line)
    while (this.#lines.childElementCount > MOST_LINES) this.#lines.lastElementChild!.remove()
  }
}

function pair(name: string, value: HTMLElement): HTMLElement {
  return element('div', {}, element('dt', {}, name), value)
}

/** Changes nothing if the text is the same, so that screen readers stay silent and a selection stays. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text
}
