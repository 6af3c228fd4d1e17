import { signal } from '@preact/signals'
import { kept } from '../stored.ts'

/** The text that the reader is writing. It survives a reload. */
export class Draft {
  readonly text = signal('')
  readonly #key: string

  constructor(room: string) {
    this.#key = `draft.${room}`
    this.text.value = (kept.read(this.#key) as string | undefined) ?? ''
  }

  write(text: string): void {
    this.text.value = text
    kept.write(this.#key, text === '' ? undefined : text)
  }

  /** Puts a text that could not be sent back into the draft, before what has been written since. */
  takeBack(text: string): void {
    this.write(this.text.value === '' ? text : `${text}\n${this.text.value}`)
  }
}
