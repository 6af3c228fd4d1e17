import { joinEntries, type Block } from './blocks.ts'
import { framesOf } from './checks.ts'
import type { Frame } from './frame.ts'

/** Where a channel reads the entries that a stream has missed. */
export interface Source {
  /**
   * The frames of the entries numbered `after + 1` and up, consecutive, oldest first, at most `limit`. Fewer when there
   * are no more; none when entry `after + 1` is no longer kept, or not there yet.
   */
  read(after: number, limit: number): Promise<Frame[]>
}

const RECENT_FRAMES = 512
const RECENT_BYTES = 256 * 1024
const PAGE_FRAMES = 64
const PAGES_KEPT = 4

/** The source of a channel that has none. */
const NOTHING_KEPT: Source = { read: async () => [] }

/** Consecutive frames, the first of which is that of entry `first`. */
interface Page {
  first: number
  frames: Frame[]
  /** What was last asked for of it: after a cut, many streams ask for the same, one after the other. */
  joined?: { after: number; upTo: number; block: Block }
}

/** A page on its way from the source, asked for when entry `upTo` was there. */
interface Reading {
  page: Promise<Page>
  upTo: number
  /** Whether it was wanted since `forgetPages` was last called. */
  isWanted: boolean
}

/**
 * The entries that streams have missed: the newest from memory, older ones a page at a time from the source. However
 * many streams want the same page, it is read once.
 */
export class Replay {
  readonly #source: Source
  #recent: Page
  #recentBytes = 0
  readonly #pages = new Map<number, Reading>()
  /** How often the source has changed what it had. */
  #changes = 0

  /** `head` is the number of the newest entry that only the source has. */
  constructor(source: Source | undefined, head: number) {
    this.#source = source ?? NOTHING_KEPT
    this.#recent = { first: head + 1, frames: [] }
  }

  /** Remembers the frame of the next entry. */
  push(frame: Frame): void {
    this.#recent.frames.push(frame)
    this.#recentBytes += frame.length
    // Half is dropped at once, so that an entry costs a constant time on the average.
    if (this.#recent.frames.length > RECENT_FRAMES || this.#recentBytes > RECENT_BYTES) this.#dropOlderHalf()
  }

  /**
   * What follows entry `after`, up to entry `upTo`, as one block: at once when it is in memory. `undefined` when it is
   * no longer kept. Rejects when the source does.
   */
  after(after: number, upTo: number): Block | Promise<Block | undefined> {
    if (holds(this.#recent, after + 1)) return blockOf(this.#recent, after, upTo)
    return this.#page(after, upTo).then((page) => page && blockOf(page, after, upTo))
  }

  /** Whether the source has an entry of this number. Rejects when the source does. */
  async has(number: number): Promise<boolean> {
    return (await this.#ask(number - 1, 1)).length > 0
  }

  /** Forgets the pages that nobody has wanted since the last call; they are read again when they are wanted. */
  forgetPages(): void {
    for (const [start, reading] of this.#pages) {
      if (!reading.isWanted) this.#pages.delete(start)
      reading.isWanted = false
    }
  }

  /** The source has other frames for entries that it had: forgets all, and reads again what is on its way. */
  forget(): void {
    this.#changes++
    this.#recent = { first: this.#recent.first + this.#recent.frames.length, frames: [] }
    this.#recentBytes = 0
    this.#pages.clear()
  }

  #dropOlderHalf(): void {
    const dropped = this.#recent.frames.splice(0, Math.ceil(this.#recent.frames.length / 2))
    this.#recent.first += dropped.length
    for (const frame of dropped) this.#recentBytes -= frame.length
  }

  /** The page with entry `after + 1`: pages begin at fixed numbers, or where what is kept begins. */
  async #page(after: number, upTo: number): Promise<Page | undefined> {
    for (const start of new Set([after - (after % PAGE_FRAMES), after])) {
      const page = await this.#read(start, after + 1, upTo)
      if (holds(page, after + 1)) return page
    }
    return undefined
  }

  #read(start: number, number: number, upTo: number): Promise<Page> {
    const known = this.#pages.get(start)
    // An entry that was there when the page was read is in it, or no longer kept: reading again would not help.
    if (known && number <= known.upTo) {
      known.isWanted = true
      return known.page
    }
    const page = this.#readUnchanged(start).then((frames) => ({ first: start + 1, frames }))
    const reading = { page, upTo, isWanted: true }
    this.#pages.set(start, reading)
    page.catch(() => {
      if (this.#pages.get(start) === reading) this.#pages.delete(start)
    })
    const [oldest] = this.#pages.keys()
    if (this.#pages.size > PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest)
    return page
  }

  async #readUnchanged(start: number): Promise<Frame[]> {
    const changes = this.#changes
    const frames = await this.#ask(start, PAGE_FRAMES)
    return changes === this.#changes ? frames : this.#readUnchanged(start)
  }

  async #ask(after: number, limit: number): Promise<Frame[]> {
    return framesOf(await this.#source.read(after, limit), 'what source.read resolves with').slice(0, limit)
  }
}

function holds(page: Page, number: number): boolean {
  return number >= page.first && number < page.first + page.frames.length
}

function blockOf(page: Page, after: number, upTo: number): Block {
  if (page.joined?.after === after && page.joined.upTo === upTo) return page.joined.block
  const start = after + 1 - page.first
  const end = Math.min(page.frames.length, upTo + 1 - page.first)
  const block = joinEntries(page.frames, start, end, after)
  page.joined = { after, upTo, block }
  return block
}
