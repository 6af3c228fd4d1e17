/** Lets each key pass once in `everyMs`. */
export class Throttle {
  readonly #everyMs: number
  readonly #resting = new Map<string, NodeJS.Timeout>()

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** Whether the key may pass now; if so, it may not for `everyMs`. */
  passes(key: string): boolean {
    if (this.#resting.has(key)) return false
    this.#resting.set(key, setTimeout(() => this.#resting.delete(key), this.#everyMs).unref())
    return true
  }

  stop(): void {
    for (const rest of this.#resting.values()) clearTimeout(rest)
    this.#resting.clear()
  }
}
