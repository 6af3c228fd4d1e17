import { joinEntries, type Block } from './blocks.ts'
import type { Frame } from './frame.ts'

/**
 * The frames of consecutive entries, from entry `first` on. After `push` the owner must call `ReplayMemory.hold` again.
 */
export class Page {
  /** The memory calls this when it drops the page. A stream that is reading the page may still use it. */
  readonly onDrop: () => void
  #first: number
  readonly #frames: Frame[]
  #frameBytes: number
  /** The last block asked for. When many clients reconnect together, their streams ask for the same block. */
  #joined: { after: number; upTo: number; block: Block } | undefined

  constructor(first: number, frames: Frame[], onDrop: () => void) {
    this.#first = first
    this.#frames = frames
    this.#frameBytes = bytesOf(frames)
    this.onDrop = onDrop
  }

  /** The number of the first entry after the page. */
  get end(): number {
    return this.#first + this.#frames.length
  }

  get length(): number {
    return this.#frames.length
  }

  get frameBytes(): number {
    return this.#frameBytes
  }

  /** The size of the frames and of the cached block. */
  get bytes(): number {
    return this.#frameBytes + (this.#joined?.block.wrapped.length ?? 0)
  }

  holds(number: number): boolean {
    return number >= this.#first && number < this.end
  }

  push(frame: Frame): void {
    this.#frames.push(frame)
    this.#frameBytes += frame.length
  }

  dropOlderHalf(): void {
    const dropped = this.#frames.splice(0, Math.ceil(this.#frames.length / 2))
    this.#first += dropped.length
    this.#frameBytes -= bytesOf(dropped)
  }

  /** Joins entries `after + 1` to at most `upTo` into one block. The page must hold entry `after + 1`. */
  block(after: number, upTo: number): Block {
    if (this.#joined?.after === after && this.#joined.upTo === upTo) return this.#joined.block
    const start = after + 1 - this.#first
    const end = Math.min(this.#frames.length, upTo + 1 - this.#first)
    const block = joinEntries(this.#frames, start, end, after)
    this.#joined = { after, upTo, block }
    return block
  }
}

/**
 * Limits the bytes of all pages of one hub's channels. Above the limit it drops the least recently used pages, of
 * whichever channel. Callers must call `use` after each use of a page, and `forget` when they no longer keep it.
 */
export class ReplayMemory {
  readonly #mostBytes: number
  /** The counted bytes of each page, least recently used first. */
  readonly #pages = new Map<Page, number>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** The bytes of all pages. */
  get bytes(): number {
    return this.#bytes
  }

  /** Counts a page as the most recently used. Drops it at once if it alone is above the limit. */
  hold(page: Page): void {
    this.forget(page)
    this.#pages.set(page, page.bytes)
    this.#bytes += page.bytes
    this.#dropOldest()
  }

  /** Marks a page as just used and counts its bytes again. Does nothing if the memory does not hold it. */
  use(page: Page): void {
    if (this.#pages.has(page)) this.hold(page)
  }

  /** Stops counting a page that its channel no longer keeps. */
  forget(page: Page): void {
    this.#bytes -= this.#pages.get(page) ?? 0
    this.#pages.delete(page)
  }

  #dropOldest(): void {
    for (const page of this.#pages.keys()) {
      if (this.#bytes <= this.#mostBytes) return
      this.forget(page)
      page.onDrop()
    }
  }
}

function bytesOf(frames: Frame[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0)
}
