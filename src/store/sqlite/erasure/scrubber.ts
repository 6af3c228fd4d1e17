import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { fdatasync, fstatSync, read, readSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { dirtyGap } from './page-gap.ts'
import { emptyWriteAheadLog } from './write-ahead-log.ts'

/**
 * Milliseconds from an erasure until scrubbing starts. Erased texts must be gone within a minute, and scrubbing a large
 * file takes seconds.
 */
const DELAY_MS = 10_000
/** Pages per read. */
const CHUNK_PAGES = 256
/** The most pages that one turn of the event loop cleans. */
const STEP_PAGES = 50
/** In a larger file, an overflow page may begin with the same byte as a b-tree page. */
const MOST_PAGES = 2 ** 24

/**
 * Removes remains of erased texts from the files. SQLite overwrites deleted data (`secure_delete`), but leaves copies
 * in the write-ahead log, and in unallocated bytes of pages from which it has moved entries. The caller must call
 * `scrubSoon` after each erasure, and `close` before it closes the database or the file.
 */
export class Scrubber {
  readonly #sql: DatabaseSyncInstance
  readonly #file: number | undefined
  readonly #pageBytes: number
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isClosed = false

  /**
   * `file` is a descriptor of the database file; undefined for a store in memory. It must stay open as long as the
   * database: closing it would release SQLite's own locks (fcntl) on the file.
   */
  constructor(sql: DatabaseSyncInstance, file: number | undefined) {
    this.#sql = sql
    this.#file = file
    this.#pageBytes = (sql.prepare('PRAGMA page_size').get() as { page_size: number }).page_size
  }

  /** Scrubs some seconds from now. */
  scrubSoon(): void {
    if (this.#isClosed || this.#file === undefined) return
    this.#timer ??= setTimeout(() => void this.scrubNow(), DELAY_MS).unref()
  }

  /**
   * Scrubs now if `scrubSoon` was called. Resolves when it is done, or postponed because another process, such as a
   * backup, is reading.
   */
  async scrubNow(): Promise<void> {
    await this.#running
    if (!this.#timer || this.#file === undefined) return
    this.#cancel()
    this.#running = this.#scrub(this.#file)
    await this.#running
    this.#running = undefined
  }

  /** Stops scrubbing. Resolves when neither the database nor the file is in use any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancel()
    await this.#running
  }

  async #scrub(file: number): Promise<void> {
    try {
      const isWhole = emptyWriteAheadLog(this.#sql) && (await this.#clean(file, await this.#findDirty(file)))
      if (!isWhole) this.scrubSoon()
    } catch {
      // The disk may be full or gone: try again later. No answer contains the erased texts meanwhile.
      this.scrubSoon()
    }
  }

  /** The numbers of the pages whose unallocated bytes are not all zero. */
  async #findDirty(file: number): Promise<number[]> {
    const dirty: number[] = []
    const pages = fstatSync(file).size / this.#pageBytes
    if (pages >= MOST_PAGES) return dirty
    const chunk = Buffer.allocUnsafe(CHUNK_PAGES * this.#pageBytes)
    for (let first = 1; first <= pages && !this.#isClosed; first += CHUNK_PAGES) {
      const { bytesRead } = await readAsync(file, chunk, 0, chunk.length, (first - 1) * this.#pageBytes)
      for (let n = 0; (n + 1) * this.#pageBytes <= bytesRead; n++) {
        const page = chunk.subarray(n * this.#pageBytes, (n + 1) * this.#pageBytes)
        if (dirtyGap(page, first + n)) dirty.push(first + n)
      }
    }
    return dirty
  }

  /** Overwrites the unallocated bytes of pages with zeros; false when it must be tried again. */
  async #clean(file: number, pages: number[]): Promise<boolean> {
    for (let start = 0; start < pages.length; start += STEP_PAGES) {
      if (this.#isClosed || !this.#cleanStep(file, pages.slice(start, start + STEP_PAGES))) return false
      await new Promise(setImmediate)
    }
    if (pages.length > 0 && !this.#isClosed) await syncAsync(file)
    return true
  }

  /**
   * This is safe because this process is the only writer, nothing else runs in this turn, and SQLite never reads these
   * bytes. The empty write-ahead log and cache make sure that no older copy of a page is written back later.
   */
  #cleanStep(file: number, pages: number[]): boolean {
    if (!emptyWriteAheadLog(this.#sql)) return false
    this.#sql.exec('PRAGMA shrink_memory')
    const page = Buffer.allocUnsafe(this.#pageBytes)
    for (const number of pages) {
      const offset = (number - 1) * this.#pageBytes
      const isThere = readSync(file, page, 0, page.length, offset) === page.length
      const gap = isThere && dirtyGap(page, number)
      if (gap) writeSync(file, Buffer.alloc(gap.end - gap.start), 0, gap.end - gap.start, offset + gap.start)
    }
    return true
  }

  #cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

const readAsync = promisify(read)
const syncAsync = promisify(fdatasync)
