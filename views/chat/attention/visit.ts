import { signal } from '@preact/signals'
import { epochOf, numberOf } from '../protocol.ts'
import { remembered } from '../stored.ts'

const WRITE_MS = 1000

/** By room, the id of the last entry that the reader has read; this browser remembers it. */
export function readMarks(): Record<string, string> {
  return (remembered.read('seen') as Record<string, string> | undefined) ?? {}
}

/** How many entries come after the mark; 0 if there is no mark or it is of another epoch. */
export function entriesAfter(mark: string | undefined, head: string): number {
  return mark !== undefined && epochOf(mark) === epochOf(head) ? Math.max(0, numberOf(head) - numberOf(mark)) : 0
}

/** Remembers where the reader stopped reading a room, so that the page can show what is new since then. */
export class Visit {
  /** The number of the last entry that was read; the entries after it are new. Undefined when nothing is new. */
  readonly seen = signal<number | undefined>(undefined)
  readonly #room: string
  #mark: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(room: string, head: string) {
    this.#room = room
    const mark = readMarks()[room]
    if (entriesAfter(mark, head) > 0) this.seen.value = numberOf(mark!)
  }

  /** The reader has read everything up to `head`. */
  read(head: string): void {
    this.#mark = head
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS)
  }

  /** The reader leaves the page: every entry after `head` is new. */
  leave(head: string): void {
    this.#write()
    this.seen.value = numberOf(head)
  }

  /** The reader is back. Removes the line "new" if no message has come; otherwise it stays where it is. */
  comeBack(newest: number): void {
    if (this.seen.value !== undefined && newest <= this.seen.value) this.seen.value = undefined
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#mark !== undefined) remembered.write('seen', { ...readMarks(), [this.#room]: this.#mark })
  }
}
