import type { TimeSource } from '../../src/store/sqlite/clock.ts'

/** The clocks of a machine whose wall clock somebody sets. */
export class SetTime implements TimeSource {
  #passed = 0
  #set = 0

  wall(): number {
    return Date.now() + this.#passed + this.#set
  }

  elapsed(): number {
    return performance.now() + this.#passed
  }

  /** Lets so many ms pass. */
  pass(ms: number): void {
    this.#passed += ms
  }

  /** Sets the wall clock by so many ms. */
  set(ms: number): void {
    this.#set += ms
  }
}
