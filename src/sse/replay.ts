import type { Block } from './blocks.ts'
import { framesOf } from './checks.ts'
import type { Frame } from './frame.ts'
import { Page, type ReplayMemory } from './replay-memory.ts'

/** The log from which a channel reads entries that a stream has missed. */
export interface Source {
  /**
   * Resolves with the frames of consecutive entries from `after + 1` on, oldest first, at most `limit`. It may resolve
   * with fewer only if there are no more, and with none only if entry `after + 1` is no longer kept or does not exist
   * yet.
   */
  read(after: number, limit: number): Promise<Frame[]>
}

const RECENT_FRAMES = 512
const RECENT_BYTES = 256 * 1024
const PAGE_FRAMES = 64
/** A page holds no more bytes than this, unless a single frame does. */
const PAGE_BYTES = 64 * 1024
const PAGES_KEPT = 4

/** The source of a channel that was opened without one. */
const NOTHING_KEPT: Source = { read: async () => [] }

/** A page read from the source. When the read began, entry `upTo` already existed. */
interface Reading {
  page: Promise<Page>
  /** The page, once the source has returned it. */
  come?: Page
  upTo: number
  /** Whether a stream has asked for it since the last `forgetPages`. */
  isWanted: boolean
}

/**
 * Returns entries that streams have missed: the newest from memory, older ones page by page from the source. It reads a
 * page once even if many streams want it. Its pages count in the hub's memory, which may drop them; it then reads them
 * from the source again. The channel must call `push` for each new entry and `close` at the end.
 */
export class Replay {
  readonly #source: Source
  readonly #memory: ReplayMemory
  #recent: Page
  readonly #pages = new Map<number, Reading>()
  /** The average frame size in the last page read or the newest entries. The size of the next page depends on it. */
  #meanBytes = 0
  /** How many times `forget` was called, that is, how often the source has changed older entries. */
  #changes = 0

  /** `head` is the number of the newest entry so far; only the source has the entries up to it. */
  constructor(source: Source | undefined, head: number, memory: ReplayMemory) {
    this.#source = source ?? NOTHING_KEPT
    this.#memory = memory
    this.#recent = this.#emptyAfter(head)
  }

  /** Remembers the frame of the next entry. */
  push(frame: Frame): void {
    this.#recent.push(frame)
    // Drop half of the page at once, so that adding an entry takes constant time on average.
    if (this.#recent.length > RECENT_FRAMES || this.#recent.frameBytes > RECENT_BYTES) this.#recent.dropOlderHalf()
    this.#meanBytes = this.#recent.frameBytes / Math.max(1, this.#recent.length)
    this.#memory.hold(this.#recent)
  }

  /**
   * Returns entries from `after + 1` to at most `upTo` as one block: directly if they are in memory, otherwise a
   * promise. The promise resolves with undefined if entry `after + 1` is no longer kept, and rejects if the source
   * rejects.
   */
  after(after: number, upTo: number): Block | Promise<Block | undefined> {
    if (this.#recent.holds(after + 1)) return this.#block(this.#recent, after, upTo)
    return this.#page(after, upTo).then((page) => page && this.#block(page, after, upTo))
  }

  /** Resolves with whether the source has the entry `number`. Rejects if the source rejects. */
  async has(number: number): Promise<boolean> {
    return (await this.#ask(number - 1, 1)).length > 0
  }

  /** Drops the pages that no stream has asked for since the last call. */
  forgetPages(): void {
    for (const [start, reading] of this.#pages) {
      if (!reading.isWanted) this.#forget(start)
      reading.isWanted = false
    }
  }

  /** Call this when the source has changed older entries: drops all pages and repeats the reads in progress. */
  forget(): void {
    this.#changes++
    this.#memory.forget(this.#recent)
    this.#recent = this.#emptyAfter(this.#recent.end - 1)
    for (const start of this.#pages.keys()) this.#forget(start)
  }

  /** Drops all pages. Do not read from it afterwards. */
  close(): void {
    this.#memory.forget(this.#recent)
    for (const start of this.#pages.keys()) this.#forget(start)
  }

  #emptyAfter(number: number): Page {
    return new Page(number + 1, [], () => (this.#recent = this.#emptyAfter(this.#recent.end - 1)))
  }

  #block(page: Page, after: number, upTo: number): Block {
    const block = page.block(after, upTo)
    this.#memory.use(page)
    return block
  }

  /**
   * Reads the page with entry `after + 1`. It first tries the page that begins at a fixed multiple, which other streams
   * share, and then a page that begins exactly at that entry. Undefined if neither has it.
   */
  async #page(after: number, upTo: number): Promise<Page | undefined> {
    for (const start of new Set([after - (after % this.#pageFrames()), after])) {
      const page = await this.#read(start, after + 1, upTo)
      if (page.holds(after + 1)) return page
    }
    return undefined
  }

  #read(start: number, number: number, upTo: number): Promise<Page> {
    const known = this.#pages.get(start)
    // The entry existed when the page was read. If the page lacks it, it is no longer kept or did not fit: reading the
    // same page again would not help.
    if (known && number <= known.upTo) {
      known.isWanted = true
      return known.page
    }
    this.#forget(start)
    const page = this.#readUnchanged(start).then((frames) => this.#keep(start, reading, frames))
    const reading: Reading = { page, upTo, isWanted: true }
    this.#pages.set(start, reading)
    page.catch(() => {
      if (this.#pages.get(start) === reading) this.#pages.delete(start)
    })
    const [oldest] = this.#pages.keys()
    if (this.#pages.size > PAGES_KEPT && oldest !== undefined) this.#forget(oldest)
    return page
  }

  async #readUnchanged(start: number): Promise<Frame[]> {
    const changes = this.#changes
    const frames = await this.#ask(start, this.#pageFrames())
    return changes === this.#changes ? frames : this.#readUnchanged(start)
  }

  /** How many frames the next page may have. A power of two, so that streams with different cursors share pages. */
  #pageFrames(): number {
    let frames = PAGE_FRAMES
    while (frames > 1 && frames * this.#meanBytes > PAGE_BYTES) frames /= 2
    return frames
  }

  /** Makes a page of the frames that fit, and keeps it unless `#forget` was called during the read. */
  #keep(start: number, reading: Reading, frames: Frame[]): Page {
    const page = new Page(start + 1, fitting(frames), () => this.#forget(start))
    if (page.length > 0) this.#meanBytes = page.frameBytes / page.length
    if (this.#pages.get(start) === reading) {
      reading.come = page
      this.#memory.hold(page)
    }
    return page
  }

  #forget(start: number): void {
    const come = this.#pages.get(start)?.come
    if (come) this.#memory.forget(come)
    this.#pages.delete(start)
  }

  async #ask(after: number, limit: number): Promise<Frame[]> {
    return framesOf(await this.#source.read(after, limit), 'what source.read resolves with').slice(0, limit)
  }
}

/** Returns the first frames, as many as fit into a page; at least one if there are any. */
function fitting(frames: Frame[]): Frame[] {
  let bytes = 0
  const end = frames.findIndex(({ length }) => (bytes += length) > PAGE_BYTES)
  return end < 0 ? frames : frames.slice(0, Math.max(1, end))
}
