import type { Later } from '../../../src/chat/presence/presence.ts'

/** Time that passes when it is told to. */
export class SimulatedTime {
  #now = 0
  readonly #waiting = new Set<{ at: number; action: () => void }>()

  readonly later: Later = (ms, action) => {
    const timer = { at: this.#now + ms, action }
    this.#waiting.add(timer)
    return () => this.#waiting.delete(timer)
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  pass(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#waiting].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (!next) break
      this.#waiting.delete(next)
      this.#now = next.at
      next.action()
    }
    this.#now = end
  }
}
