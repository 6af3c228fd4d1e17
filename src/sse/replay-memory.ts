import { joinEntries, type Block } from './blocks.ts'
import type { Frame } from './frame.ts'

/** Consecutive frames, the first of which is that of entry `first`. */
export class Page {
  /** Called by the memory that holds it, when it is dropped there. Whoever is using it can go on. */
  readonly onDrop: () => void
  #first: number
  readonly #frames: Frame[]
  #frameBytes: number
  /** What was last asked for: after a cut, many streams ask for the same, one after the other. */
  #joined: { after: number; upTo: number; block: Block } | undefined

  constructor(first: number, frames: Frame[], onDrop: () => void) {
    this.#first = first
    this.#frames = frames
    this.#frameBytes = bytesOf(frames)
    this.onDrop = onDrop
  }

  /** The number of the entry that follows. */
  get end(): number {
    return this.#first + this.#frames.length
  }

  get length(): number {
    return this.#frames.length
  }

  get frameBytes(): number {
    return this.#frameBytes
  }

  /** The bytes of its frames, and of the block that it keeps. */
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

  /** What follows entry `after`, up to entry `upTo`, as one block. It must hold the entry after `after`. */
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
 * All pages that the channels of one hub hold, in one budget of bytes. When they are more, the pages that were used longest
 * ago are dropped, whichever channel they belong to.
 */
export class ReplayMemory {
  readonly #mostBytes: number
  /** What each was counted as; first the one that was used longest ago. */
  readonly #pages = new Map<Page, number>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** The bytes of all pages. */
  get bytes(): number {
    return this.#bytes
  }

  /** Holds a page, as the one used last. A page that is larger than the budget is dropped at once. */
  hold(page: Page): void {
    this.forget(page)
    this.#pages.set(page, page.bytes)
    this.#bytes += page.bytes
    this.#dropOldest()
  }

  /** Notes that a page was used, and may have other bytes now. One that is not held is left alone. */
  use(page: Page): void {
    if (this.#pages.has(page)) this.hold(page)
  }

  /** Stops counting a page, whose channel does not keep it any more. */
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
