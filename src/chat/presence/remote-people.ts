import type { Name } from '../names/name.ts'
import type { Presence } from './presence.ts'

/** Those who are in a room by other nodes: each has a place in its presence for every node that has them. */
export class RemotePeople {
  readonly #presence: Presence
  readonly #places = new Map<string, () => void>()

  constructor(presence: Presence) {
    this.#presence = presence
  }

  arrived(node: string, name: Name): void {
    const key = `${node} ${name.folded}`
    // Who arrives a second time was dismissed in between, or is the same still: the new place is the one that counts.
    const before = this.#places.get(key)
    this.#places.set(key, this.#presence.enter(name))
    before?.()
  }

  departed(node: string, folded: string): void {
    const key = `${node} ${folded}`
    this.#places.get(key)?.()
    this.#places.delete(key)
  }

  guests(node: string, count: number): void {
    this.#presence.setGuestsElsewhere(node, count)
  }
}
