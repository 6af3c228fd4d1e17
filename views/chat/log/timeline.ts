import { signal } from '@preact/signals'
import { indexAfter } from './order.ts'
import type { Note } from './note.ts'
import { numberOf, type ChatMessage, type Deleted, type Edited, type History } from '../protocol.ts'

/** How many messages to keep while the reader is at the bottom. Older ones load again when the reader scrolls up. */
const MOST_KEPT = 600
const MOST_NOTES = 200
const MOST_CHANGES = 1000

/**
 * The messages that the page has, each once, ordered by number, in their current state (edited, without deleted ones).
 * `version` changes when they do, at most once in each animation frame.
 */
export class Timeline {
  readonly version = signal(0)
  messages: ChatMessage[]
  /** Whether the server has older messages than these. */
  more: boolean
  notes: Note[] = []
  /** Edits and deletions by message id, to apply to pages of history that were requested before them. */
  readonly #changes = new Map<string, Edited | Deleted>()
  #scheduled = false

  constructor({ messages, more }: History) {
    this.messages = [...messages]
    this.more = more
  }

  /** The number of the newest message; 0 when there is none. */
  get newest(): number {
    const last = this.messages.at(-1)
    return last ? numberOf(last.id) : 0
  }

  /** The newest message for which `condition` is true. */
  lastOf(condition: (message: ChatMessage) => boolean): ChatMessage | undefined {
    for (let index = this.messages.length - 1; index >= 0; index--) {
      if (condition(this.messages[index]!)) return this.messages[index]
    }
    return undefined
  }

  add(message: ChatMessage): void {
    const standing = this.#standing(message)
    if (!standing) return
    const index = indexAfter(this.messages, numberOf(message.id))
    if (this.messages[index - 1]?.id === message.id) this.messages[index - 1] = standing
    else this.messages.splice(index, 0, standing)
    this.touch()
  }

  edit(edit: Edited): void {
    this.#remember(edit)
    const index = this.messages.findIndex(({ id }) => id === edit.message)
    if (index === -1) return
    this.messages[index] = changed(this.messages[index]!, edit)
    this.touch()
  }

  remove(deletion: Deleted): void {
    this.#remember(deletion)
    this.drop(deletion.message)
  }

  drop(gone: string): void {
    this.messages = this.messages.filter(({ id }) => id !== gone)
    this.touch()
  }

  /** Adds an older page of history. */
  prepend({ messages, more }: History): void {
    const [first] = this.messages
    const older = messages.filter(({ id }) => !first || numberOf(id) < numberOf(first.id))
    this.messages = [...older.flatMap((message) => this.#standing(message) ?? []), ...this.messages]
    this.more = more
    this.touch()
  }

  /** Drops all messages and starts again with this page of history. */
  reset({ messages, more }: History): void {
    this.#changes.clear()
    this.messages = [...messages]
    this.more = more
    this.notes = []
    this.note('reset')
  }

  note(kind: Note['kind'], name = ''): void {
    this.notes.push({ kind, name, after: this.newest })
    if (this.notes.length > MOST_NOTES) this.notes.splice(0, MOST_NOTES / 2)
    this.touch()
  }

  /** Drops the oldest messages if there are more than MOST_KEPT. */
  trim(): void {
    if (this.messages.length < MOST_KEPT * 2) return
    this.messages = this.messages.slice(-MOST_KEPT)
    this.more = true
  }

  /** Call it after a change of what is shown: updates `version`. */
  touch(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    const flush = () => {
      this.#scheduled = false
      this.version.value++
    }
    // Browsers run no animation frames in a hidden page.
    if (document.hidden) setTimeout(flush, 100)
    else requestAnimationFrame(flush)
  }

  #remember(change: Edited | Deleted): void {
    this.#changes.set(change.message, change)
    const [oldest] = this.#changes.keys()
    if (this.#changes.size > MOST_CHANGES && oldest !== undefined) this.#changes.delete(oldest)
  }

  #standing(message: ChatMessage): ChatMessage | undefined {
    const change = this.#changes.get(message.id)
    if (!change) return message
    return 'text' in change ? changed(message, change) : undefined
  }
}

function changed(message: ChatMessage, { text, at }: Edited): ChatMessage {
  return { ...message, text, edited: at }
}
