import { signal } from '@preact/signals'
import { epochOf, numberOf } from '../protocol.ts'
import { remembered } from '../stored.ts'

const WRITE_MS = 1000

/** How far the reader has read in each room, as this browser remembers it: by the id of an entry. */
export function readMarks(): Record<string, string> {
  return (remembered.read('seen') as Record<string, string> | undefined) ?? {}
}

/** How many entries come after a mark, as far as that can be known. */
export function entriesAfter(mark: string | undefined, head: string): number {
  return mark !== undefined && epochOf(mark) === epochOf(head) ? Math.max(0, numberOf(head) - numberOf(mark)) : 0
}

/** The reader's visit to a room: what is new to them since they were last here. */
export class Visit {
  /** The number after which everything is new; undefined when nothing is. */
  readonly seen = signal<number | undefined>(undefined)
  readonly #room: string
  #mark: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(room: string, head: string) {
    this.#room = room
    const mark = readMarks()[room]
    if (entriesAfter(mark, head) > 0) this.seen.value = numberOf(mark!)
  }

  /** The reader has read as far as `head`. */
  read(head: string): void {
    this.#mark = head
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS)
  }

  /** The reader looks away: whatever comes now is new. */
  leave(head: string): void {
    this.#write()
    this.seen.value = numberOf(head)
  }

  /** The reader is back. The line stays where it is, unless nothing has come. */
  comeBack(newest: number): void {
    if (this.seen.value !== undefined && newest <= this.seen.value) this.seen.value = undefined
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#mark !== undefined) remembered.write('seen', { ...readMarks(), [this.#room]: this.#mark })
  }
}
