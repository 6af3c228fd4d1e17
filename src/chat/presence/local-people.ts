import type { Name } from '../names/name.ts'
import type { Announcer } from './neighbours.ts'

/** Those who are in a room by this node, as the others are told of them: each from their first place to their last. */
export class LocalPeople {
  readonly #places = new Map<string, number>()
  #guests = 0
  /** None until the room is open. */
  announcer: Announcer | undefined

  get isEmpty(): boolean {
    return this.#places.size === 0 && this.#guests === 0
  }

  /** Counts a place in; the returned function counts it out again. */
  enter(name: Name | undefined): () => void {
    if (!name) {
      this.#countGuests(1)
      return () => this.#countGuests(-1)
    }
    const { folded } = name
    const places = this.#places.get(folded) ?? 0
    this.#places.set(folded, places + 1)
    if (places === 0) this.announcer?.arrived(name)
    return () => this.#leave(name)
  }

  #countGuests(more: number): void {
    this.#guests += more
    this.announcer?.guests(this.#guests)
  }

  #leave(name: Name): void {
    const left = (this.#places.get(name.folded) ?? 1) - 1
    if (left > 0) {
      this.#places.set(name.folded, left)
      return
    }
    this.#places.delete(name.folded)
    this.announcer?.departed(name)
  }
}
