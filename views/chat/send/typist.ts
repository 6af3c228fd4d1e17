const EVERY_MS = 3000

/** Tells the server that the reader is typing, at most once every few seconds. */
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
