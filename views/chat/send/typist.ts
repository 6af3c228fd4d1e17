const EVERY_MS = 3000

/** Tells the room that one is typing, not more often than it wants to know. */
export class Typist {
  readonly #tell: () => void
  #told = 0

  constructor(tell: () => void) {
    this.#tell = tell
  }

  type(text: string): void {
    if (text.trim() === '' || Date.now() - this.#told < EVERY_MS) return
    this.#told = Date.now()
    this.#tell()
  }
}
