import type { SharedLink } from '../listen/shared-link.ts'
import type { Attention } from './attention.ts'
import type { Visit } from './visit.ts'

export interface LookingOptions {
  visit: Visit
  attention: Attention
  link: SharedLink
  /** The id of the last entry that the page has. */
  head: () => string
  /** The number of the newest message. */
  newest: () => number
  isAtBottom: () => boolean
  onReturn: () => void
}

/** Watches whether the reader is looking at the page, and marks messages as read or as new accordingly. */
export class Looking {
  readonly #options: LookingOptions

  constructor(options: LookingOptions) {
    this.#options = options
  }

  start(): void {
    const { link } = this.#options
    document.addEventListener('visibilitychange', () => this.#look())
    addEventListener('online', () => link.wake())
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) link.wake()
    })
    this.read()
  }

  /** Marks everything as read if the page is visible and scrolled to the bottom. */
  read(): void {
    if (document.hidden) return
    const { attention, link, visit, head, isAtBottom } = this.#options
    attention.seen()
    link.seen()
    if (isAtBottom()) visit.read(head())
  }

  #look(): void {
    const { visit, link, head, newest, onReturn } = this.#options
    if (document.hidden) return visit.leave(head())
    link.wake()
    visit.comeBack(newest())
    onReturn()
    this.read()
  }
}
