import type { Signal } from '@preact/signals'
import { signal } from '@preact/signals'
import { newer, older, pinned, rangeOf, TAIL, type View } from './view.ts'
import type { Timeline } from './timeline.ts'

/** A row and its position on the screen, to restore it after rows above have changed. */
interface Place {
  key: string
  top: number
}

const BOTTOM_PX = 24
const EDGE_PX = 600
const MOST_PLACES = 40

/**
 * Keeps the scroll position. At the bottom the list follows new messages; anywhere else nothing that is on the screen
 * moves when rows are added above or below. Near an end of the rows in the document it adds more of them.
 */
export class Scrolling {
  readonly view: Signal<View> = signal<View>(TAIL)
  /** The number of the newest message when the reader scrolled up from the bottom. */
  leftAt = 0
  readonly #timeline: Timeline
  readonly #loadOlder: () => void
  #list: HTMLElement | undefined
  #places: Place[] = []
  #top = 0
  #direction: 'up' | 'down' | undefined

  constructor(timeline: Timeline, loadOlder: () => void) {
    this.#timeline = timeline
    this.#loadOlder = loadOlder
  }

  /** Watches `list`, which scrolls, and in it the element `rows`, with a child for each row. Returns a detach function. */
  attach(list: HTMLElement): () => void {
    this.#list = list
    const resized = new ResizeObserver(() => this.rendered())
    resized.observe(list)
    return () => resized.disconnect()
  }

  /** Call it when the rows have changed, before the browser paints: restores the scroll position. */
  rendered(): void {
    const list = this.#list
    if (!list) return
    if (this.view.value.at === 'tail') list.scrollTop = list.scrollHeight
    else list.scrollTop += this.#moved()
    this.#top = list.scrollTop
    this.#remember()
    this.#bringMore()
  }

  /** Call it when the list has scrolled, by the reader or by `rendered`. */
  scrolled(): void {
    const list = this.#list
    if (!list) return
    const top = list.scrollTop
    if (Math.abs(top - this.#top) > 1) this.#direction = top < this.#top ? 'up' : 'down'
    this.#top = top
    const { messages, newest } = this.#timeline
    const { view } = this
    const isAtBottom = gapBelow(list) < BOTTOM_PX && rangeOf(messages, view.value).end === messages.length
    if (isAtBottom && view.value.at === 'span') this.toBottom()
    if (!isAtBottom && view.value.at === 'tail') {
      this.leftAt = newest
      view.value = pinned(messages, view.value)
    }
    this.#remember()
    this.#bringMore()
  }

  toBottom(): void {
    this.#direction = undefined
    this.view.value = TAIL
    this.#timeline.trim()
    this.#timeline.touch()
  }

  #moved(): number {
    const rows = new Map(this.#rows().map((row) => [row.dataset.key, row]))
    for (const { key, top } of this.#places) {
      const row = rows.get(key)
      if (row) return row.offsetTop - top
    }
    return 0
  }

  #remember(): void {
    const rows = this.#rows()
    const from = rows.findIndex((row) => row.offsetTop + row.offsetHeight > this.#top)
    this.#places = rows
      .slice(from, from + MOST_PLACES)
      .map((row) => ({ key: row.dataset.key ?? '', top: row.offsetTop }))
  }

  #bringMore(): void {
    const list = this.#list!
    const { messages } = this.#timeline
    const { start, end } = rangeOf(messages, this.view.value)
    const isShort = list.scrollHeight <= list.clientHeight
    if (isShort || (this.#direction === 'up' && list.scrollTop < EDGE_PX)) {
      if (start === 0) this.#loadOlder()
      else if (this.view.value.at === 'span') this.view.value = older(messages, this.view.value)
    } else if (this.#direction === 'down' && gapBelow(list) < EDGE_PX && end < messages.length) {
      this.view.value = newer(messages, this.view.value)
    }
  }

  #rows(): HTMLElement[] {
    return Array.from(this.#list?.querySelector('.rows')?.children ?? []) as HTMLElement[]
  }
}

function gapBelow(list: HTMLElement): number {
  return list.scrollHeight - list.clientHeight - list.scrollTop
}
