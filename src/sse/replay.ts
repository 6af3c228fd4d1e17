import type { Block } from './blocks.ts'
import { framesOf } from './checks.ts'
import type { Frame } from './frame.ts'
import { Page, type ReplayMemory } from './replay-memory.ts'

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
/** A page holds no more bytes than this, unless a single frame does. */
const PAGE_BYTES = 64 * 1024
const PAGES_KEPT = 4

/** The source of a channel that has none. */
const NOTHING_KEPT: Source = { read: async () => [] }

/** A page on its way from the source, asked for when entry `upTo` was there. */
interface Reading {
  page: Promise<Page>
  /** The page, once it has come. */
  come?: Page
  upTo: number
  /** Whether it was wanted since `forgetPages` was last called. */
  isWanted: boolean
}

/**
 * The entries that streams have missed: the newest from memory, older ones a page at a time from the source. However
 * many streams want the same page, it is read once. What it holds counts in the memory of its hub, which may drop it; then
 * it is read from the source.
 */
export class Replay {
  readonly #source: Source
  readonly #memory: ReplayMemory
  #recent: Page
  readonly #pages = new Map<number, Reading>()
  /** What a frame of the last page has on the average, or of the newest entries: so many fit into the next page. */
  #meanBytes = 0
  /** How often the source has changed what it had. */
  #changes = 0

  /** `head` is the number of the newest entry that only the source has. */
  constructor(source: Source | undefined, head: number, memory: ReplayMemory) {
    this.#source = source ?? NOTHING_KEPT
    this.#memory = memory
    this.#recent = this.#emptyAfter(head)
  }

  /** Remembers the frame of the next entry. */
  push(frame: Frame): void {
    this.#recent.push(frame)
    // Half is dropped at once, so that an entry costs a constant time on the average.
    if (this.#recent.length > RECENT_FRAMES || this.#recent.frameBytes > RECENT_BYTES) this.#recent.dropOlderHalf()
    this.#meanBytes = this.#recent.frameBytes / Math.max(1, this.#recent.length)
    this.#memory.hold(this.#recent)
  }

  /**
   * What follows entry `after`, up to entry `upTo`, as one block: at once when it is in memory. `undefined` when it is
   * no longer kept. Rejects when the source does.
   */
  after(after: number, upTo: number): Block | Promise<Block | undefined> {
    if (this.#recent.holds(after + 1)) return this.#block(this.#recent, after, upTo)
    return this.#page(after, upTo).then((page) => page && this.#block(page, after, upTo))
  }

  /** Whether the source has an entry of this number. Rejects when the source does. */
  async has(number: number): Promise<boolean> {
    return (await this.#ask(number - 1, 1)).length > 0
  }

  /** Forgets the pages that nobody has wanted since the last call; they are read again when they are wanted. */
  forgetPages(): void {
    for (const [start, reading] of this.#pages) {
      if (!reading.isWanted) this.#forget(start)
      reading.isWanted = false
    }
  }

  /** The source has other frames for entries that it had: drops the cache, and reads again what is being read. */
  forget(): void {
    this.#changes++
    this.#memory.forget(this.#recent)
    this.#recent = this.#emptyAfter(this.#recent.end - 1)
    for (const start of this.#pages.keys()) this.#forget(start)
  }

  /** Gives up all that it holds: nothing is asked for any more. */
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

  /** The page with entry `after + 1`: pages begin at fixed numbers, or where what is kept begins, or the page before ends. */
  async #page(after: number, upTo: number): Promise<Page | undefined> {
    for (const start of new Set([after - (after % this.#pageFrames()), after])) {
      const page = await this.#read(start, after + 1, upTo)
      if (page.holds(after + 1)) return page
    }
    return undefined
  }

  #read(start: number, number: number, upTo: number): Promise<Page> {
    const known = this.#pages.get(start)
    // An entry that was there when the page was read is in it, or no longer kept, or too much for it: reading again would
    // not help.
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

  /** How many frames the next page may have: a power of two, so that those who begin anywhere want the same pages. */
  #pageFrames(): number {
    let frames = PAGE_FRAMES
    while (frames > 1 && frames * this.#meanBytes > PAGE_BYTES) frames /= 2
    return frames
  }

  /** Makes a page of the frames that fit into one, and keeps it unless it has been forgotten on its way. */
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

/** The first of these, as many as fit into a page; at least one, if there are any. */
function fitting(frames: Frame[]): Frame[] {
  let bytes = 0
  const end = frames.findIndex(({ length }) => (bytes += length) > PAGE_BYTES)
  return end < 0 ? frames : frames.slice(0, Math.max(1, end))
}
